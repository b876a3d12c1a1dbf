import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { runSuite } from '../../harness/experiment/run/index.ts';
import { RecordStore } from '../../harness/experiment/store/index.ts';
import { recordFiles } from '../../harness/experiment/store/layout/index.ts';
import {
  type ShardNumber,
  shardFileNames,
  shardText,
} from '../../harness/experiment/store/shard/index.ts';
import type { LiveRun } from '../live/run/LiveRun.ts';
import { type RunServer, startRunServer } from '../live/run/RunServer.ts';
import { liveOption } from '../live/server/liveOption.ts';
import { livePort } from '../live/server/livePort.ts';
import { readFolders } from '../report/readFolders.ts';
import { reportInput } from '../report/reportInput.ts';
import { writeReports } from '../report/writeReports.ts';
import { checkFrames } from '../run/checkFrames.ts';
import { gatherProvenance } from '../run/gatherProvenance.ts';
import { addPlanOptions, type PlanOptions, planFrom } from '../run/planFrom.ts';
import { runProgress } from '../run/runProgress.ts';
import { partOf } from '../run/shardOptions.ts';
import { warmUp } from '../run/warmUp.ts';
import { workerPool } from '../run/workerPool.ts';
import { exitCodes } from '../terminal/exitCodes.ts';
import { interruptible } from '../terminal/interruptible.ts';
import { numberOption, shardOption, textOption } from '../terminal/options.ts';
import type { Terminal } from '../terminal/terminal.ts';

interface RunOptions extends PlanOptions {
  readonly shard?: ShardNumber;
  readonly out?: string;
  readonly workers?: number;
  readonly timeout: number;
  readonly timing?: boolean;
  readonly live?: number | true;
  readonly force?: boolean;
  readonly retryFailed?: boolean;
  readonly json?: boolean;
}

/** `semfocus run`: a suite from plan to report. */
export function addRunCommand(
  command: Command,
  terminal: Terminal,
  exit: (code: number) => void,
): void {
  addPlanOptions(command)
    .addOption(shardOption())
    .addOption(
      textOption('--out <folder>', 'folder of records and report (default: results/<suite>)'),
    )
    .addOption(
      numberOption('--workers <n>', 'trajectories at once (default: one per core)', {
        isWhole: true,
        from: 1,
        to: 256,
      }),
    )
    .addOption(
      numberOption('--timeout <s>', 'stop a trajectory that takes longer', {
        from: 1,
        to: 1e6,
      }).default(1800),
    )
    .option(
      '--timing',
      'one trajectory at a time, after a warm-up, algorithms in turns: for valid times',
    )
    .addOption(liveOption('show the progress of the run on a page of this machine'))
    .option('--retry-failed', 'repeat trajectories that ended with an error or a timeout')
    .option('--force', 'replace the results that the folder holds')
    .option('--json', 'print the summary as one JSON document')
    .addHelpText(
      'after',
      `
After Ctrl-C the same command goes on with the folder. The exit code is 0 if the
run is complete, 130 if it was interrupted.

--live prints the address of a page that shows the run: frames as they arrive,
each state on its way to the margins, outcomes, time left. The run does not wait
for a browser.

Examples:
  semfocus run demo
  semfocus run figure-5 --algorithms mapfost --psf disc --out results/disc
  semfocus run figure-5 --model candidate/model.onnx --out results/candidate
  semfocus run figure-5 --algorithms mapfost --algorithm exec:'python3 mine.py'
  semfocus run figure-5 --plugin ./mine.js --out results/mine
  semfocus run demo --specimen micrograph.png --specimen-pixel-size 10
  semfocus run figure-5 --shard 3/7 --out results/shared
  semfocus run figure-5 --live`,
    )
    .action(async (suite: string, options: RunOptions) => {
      exit(await run(suite, options, terminal));
    });
}

async function run(suiteName: string, options: RunOptions, terminal: Terminal): Promise<number> {
  const { model: modelFile } = options;
  const { shard } = options;
  const { plan: whole, registry, own } = await planFrom(suiteName, options);
  const plan = shard === undefined ? whole : partOf(whole, shard, terminal);
  await checkFrames(plan, registry);
  const folder =
    options.out ?? join('results', [plan.suite.name, ...(options.only ?? [])].join('-'));
  const isForTimes = options.timing ?? plan.suite.timing ?? false;
  const workers = isForTimes
    ? 1
    : Math.max(1, Math.min(options.workers ?? availableParallelism(), plan.keys.length));
  const notices: string[] = [];
  const commandLine = process.argv.slice(2);
  const provenance = await gatherProvenance(plan, { workers, shard, commandLine });
  let live: RunServer | undefined;
  let store: RecordStore;
  try {
    // The port comes first: where it is refused, no result has been replaced.
    const port = livePort(options.live);
    if (port !== undefined) {
      live = await openLive({ plan, folder, isTimed: isForTimes }, port, terminal);
    }
    store = await RecordStore.open(folder, plan, {
      force: options.force === true,
      retryFailed: options.retryFailed === true,
      onNotice: (message) => notices.push(message),
      process: { provenance, now: () => new Date() },
    });
  } catch (error) {
    own.close();
    await live?.end('failed');
    throw error;
  }
  for (const notice of notices) terminal.err(`${notice}\n`);

  const show = runProgress(terminal, plan);
  const setup = { own: own.setup, ...(modelFile !== undefined && { modelFile }) };
  const pool = workerPool(workers, setup, live?.onlooker);
  let status: 'complete' | 'interrupted' | undefined;
  await interruptible(
    async (signal) => {
      try {
        if (isForTimes) await warmUp(plan, pool.runOne, signal);
        ({ status } = await runSuite(plan, store, pool.runOne, {
          concurrency: workers,
          signal,
          timeout: { afterS: options.timeout, now: () => new Date() },
          ...(isForTimes && { serial: { loadAverage: () => loadavg()[0] ?? 0 } }),
          onEvent: (event) => {
            show.event(event);
            live?.event(event);
          },
        }));
      } finally {
        show.end();
        await pool.close();
        own.close();
        await store.close();
        if (status !== 'complete') await live?.end(status ?? 'failed');
      }
    },
    {
      onInterrupt: () =>
        show.say('interrupted: keeping the trajectories that have ended (again to leave at once)'),
    },
  );
  if (status === 'interrupted') {
    terminal.err(
      `${store.size} of ${plan.keys.length} trajectories are in ${folder}; the same command goes on with the others\n`,
    );
    return exitCodes.interrupted;
  }
  if (shard !== undefined) {
    const file = join(folder, shardFileNames(plan.planHash, shard).complete);
    await live?.end('complete', file);
    const trajectories = plan.keys.length;
    terminal.out(
      options.json === true
        ? `${JSON.stringify({ shard, planHash: plan.planHash, trajectories, file }, null, 2)}\n`
        : `${shardText(shard)}: ${trajectories === 1 ? '1 trajectory' : `${trajectories} trajectories`} in ${file}\n`,
    );
    return exitCodes.ok;
  }
  const isJson = options.json === true;
  const report = join(folder, recordFiles.report);
  const outputs = [
    { format: isJson ? ('json' as const) : ('console' as const) },
    { format: 'html' as const, file: report },
  ];
  await writeReports(reportInput(await readFolders([folder])), outputs, terminal);
  await live?.end('complete', report);
  if (!isJson) terminal.out(`\nReport: ${report}\n`);
  return exitCodes.ok;
}

/** Starts the page of a run and says where it is. */
async function openLive(about: LiveRun, port: number, terminal: Terminal): Promise<RunServer> {
  const server = await startRunServer(about, port, { nowMs: () => performance.now() });
  terminal.err(`Live: ${server.url}\n`);
  return server;
}
