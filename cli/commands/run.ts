import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { runSuite } from '../../harness/experiment/run/index.ts';
import {
  type ShardNumber,
  shardFileNames,
  shardText,
} from '../../harness/experiment/store/shard/index.ts';
import { addInstrumentOptions } from '../instrument/instrumentOptions.ts';
import { microscopeForms } from '../lab/index.ts';
import { liveOption } from '../live/server/liveOption.ts';
import { checkFrames } from '../run/checkFrames.ts';
import { assertOptions } from '../run/instrument/assertOptions.ts';
import { usualReference } from '../run/instrument/planOnInstrument.ts';
import { runOnInstrument } from '../run/instrument/runOnInstrument.ts';
import { openRun, type RunFlags, resumeText } from '../run/openRun.ts';
import { addPlanOptions, type PlanOptions, planFrom } from '../run/planFrom.ts';
import { runProgress } from '../run/runProgress.ts';
import { runReports } from '../run/runReports.ts';
import { partOf } from '../run/shardOptions.ts';
import { warmUp } from '../run/warmUp.ts';
import { workerPool } from '../run/workerPool.ts';
import { exitCodes } from '../terminal/exitCodes.ts';
import { interruptible } from '../terminal/interruptible.ts';
import {
  callTimeoutOption,
  numberOption,
  recordOption,
  shardOption,
  textOption,
} from '../terminal/options.ts';
import type { Terminal } from '../terminal/terminal.ts';

interface RunOptions extends PlanOptions, RunFlags {
  readonly shard?: ShardNumber;
  readonly workers?: number;
  readonly timeout: number;
  readonly timing?: boolean;
  readonly json?: boolean;
  readonly microscope?: string;
  readonly callTimeout: number;
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
    .addOption(
      textOption(
        '--microscope <uri>',
        `run on a microscope, not in the simulator: ${microscopeForms}`,
      ),
    )
    .addOption(
      textOption(
        '--reference <name>',
        `with --microscope: method that focuses before and after each trajectory (default: ${usualReference})`,
      ),
    )
    .addOption(callTimeoutOption());
  addInstrumentOptions(command)
    .addOption(recordOption())
    .option(
      '--dry-run',
      'with --microscope: print frames, doses and times; move and expose nothing',
    )
    .addHelpText(
      'after',
      `
After Ctrl-C the same command goes on with the folder. The exit code is 0 if the
run is complete, 130 if it was interrupted.

--microscope runs the same trajectories on one microscope, one at a time. A
microscope has no truth: the method of --reference focuses before and after each
trajectory, and residuals are distances from the middle of the two. Half of the
drift between them and the uncertainty of the method are stored and reported.
Starts are counted from the reference. The places are driven to by the stage. If
the stage cannot be moved, all trajectories are at one place. The guard of
semfocus focus is on; --limits names its limits and dose budget, for a place.
The suite's presets, probes and specimens do not apply. The start is put back
and the beam is blanked at the end, after an error and after Ctrl-C; the same
command then goes on. The reports beside a simulated run compare the two:
semfocus report MEASURED SIMULATED.

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
  semfocus run figure-5 --live
  semfocus run figure-5 --microscope sim:merlin --dry-run
  semfocus run figure-5 --microscope http://127.0.0.1:8001 --arm \\
    --limits merlin.json --calibration merlin-calibration.json`,
    )
    .action(async (suite: string, options: RunOptions) => {
      const { microscope } = options;
      assertOptions(command, microscope);
      exit(
        microscope === undefined
          ? await run(suite, options, terminal)
          : await runOnInstrument(suite, { ...options, microscope }, terminal),
      );
    });
}

async function run(suiteName: string, options: RunOptions, terminal: Terminal): Promise<number> {
  const { model: modelFile, shard } = options;
  const { plan: whole, registry, own } = await planFrom(suiteName, options);
  const plan = shard === undefined ? whole : partOf(whole, shard, terminal);
  await checkFrames(plan, registry);
  const isForTimes = options.timing ?? plan.suite.timing ?? false;
  const workers = isForTimes
    ? 1
    : Math.max(1, Math.min(options.workers ?? availableParallelism(), plan.keys.length));
  const { folder, store, live } = await openRun(plan, options, {
    ...{ workers, shard, isTimed: isForTimes, terminal },
  }).catch((error: unknown) => {
    own.close();
    throw error;
  });

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
    terminal.err(resumeText(folder, store, plan));
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
  const report = await runReports(folder, options.json === true, terminal);
  await live?.end('complete', report);
  return exitCodes.ok;
}
