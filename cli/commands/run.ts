import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { readConfigFile } from '../../harness/config/index.ts';
import {
  loadSuite,
  type PlanOverrides,
  planSuite,
  RecordStore,
  type RunEvent,
  recordFiles,
  runSuite,
  type Suite,
} from '../../harness/experiment/index.ts';
import { calibrationSchema, type ProbeShape } from '../../harness/microscope/index.ts';
import { summarise } from '../../reports/index.ts';
import { checkFrames } from '../checkFrames.ts';
import { exitCodes } from '../exitCodes.ts';
import { chooseSpecimen } from '../openSpecimen.ts';
import {
  modelOption,
  namesOption,
  numberOption,
  psfOption,
  specimenPixelSizeOption,
  textOption,
} from '../options.ts';
import { printSummary } from '../printSummary.ts';
import { type Progress, progressBar } from '../progressBar.ts';
import { readFolders } from '../readFolders.ts';
import { readModel } from '../readModel.ts';
import { registryWith } from '../registry.ts';
import type { Terminal } from '../terminal.ts';
import { workerPool } from '../workerPool.ts';
import { writeHtmlReport } from '../writeHtmlReport.ts';

interface RunOptions {
  readonly out?: string;
  readonly algorithms?: string[];
  readonly model?: string;
  readonly preset?: string[];
  readonly psf?: ProbeShape;
  readonly specimen?: string;
  readonly specimenPixelSize: number;
  readonly calibration?: string;
  readonly seed?: number;
  readonly workers?: number;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** `semfocus run`: a suite from plan to report. */
export function addRunCommand(
  program: Command,
  terminal: Terminal,
  exit: (code: number) => void,
): void {
  program
    .command('run')
    .description('run a suite of experiments; the same command goes on where it was interrupted')
    .argument('<suite>', 'name of a suite (semfocus suites) or path of a suite file')
    .addOption(
      textOption('--out <folder>', 'where records and report go (default: results/<suite>)'),
    )
    .addOption(namesOption('--algorithms <name,...>', 'only these algorithms of the suite'))
    .addOption(modelOption('network of your own to run, in place of the one of its name'))
    .addOption(namesOption('--preset <name,...>', "instruments, in place of the suite's"))
    .addOption(psfOption("shape of the probe, in place of the suite's"))
    .addOption(
      textOption(
        '--specimen <name|file>',
        "specimen or PNG or TIFF of one, in place of the suite's",
      ),
    )
    .addOption(specimenPixelSizeOption())
    .addOption(
      textOption(
        '--calibration <file>',
        "JSON file of what the algorithms are told, in place of the preset's own",
      ),
    )
    .addOption(numberOption('--seed <n>', "in place of the suite's", { isWhole: true, from: 0 }))
    .addOption(
      numberOption('--workers <n>', 'trajectories at once (default: one per core)', {
        isWhole: true,
        from: 1,
        to: 256,
      }),
    )
    .option('--force', 'replace the results that the folder holds')
    .option('--json', 'print the summary as one JSON document')
    .addHelpText(
      'after',
      `
Ctrl-C leaves a folder that the same command goes on with. Exit code 130 says
that the run was interrupted, 0 that it is complete.

Examples:
  semfocus run demo
  semfocus run figure-5 --algorithms mapfost --psf disc --out results/disc
  semfocus run figure-5 --model candidate/model.onnx --out results/candidate
  semfocus run demo --specimen micrograph.png --specimen-pixel-size 10`,
    )
    .action(async (suite: string, options: RunOptions) => {
      exit(await run(suite, options, terminal));
    });
}

async function run(suiteName: string, options: RunOptions, terminal: Terminal): Promise<number> {
  const { model: modelFile } = options;
  const registry = registryWith(modelFile);
  const suite = withModel(await loadSuite(suiteName), modelFile);
  const plan = planSuite(suite, registry, await overridesFrom(options));
  await checkFrames(plan, registry);
  const folder = options.out ?? join('results', suite.name);
  const workers = Math.min(options.workers ?? availableParallelism(), plan.keys.length);
  const notices: string[] = [];
  const store = await RecordStore.open(folder, plan, {
    force: options.force === true,
    onNotice: (message) => notices.push(message),
  });
  for (const notice of notices) terminal.err(`${notice}\n`);

  const show = progressOf(terminal);
  const interruption = new AbortController();
  const interrupt = () => {
    if (interruption.signal.aborted) process.exit(exitCodes.interrupted);
    show.say('interrupted: keeping what has ended (again to leave at once)');
    interruption.abort(new DOMException('interrupted', 'AbortError'));
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  const pool = workerPool(workers, modelFile === undefined ? {} : { modelFile });
  let status: 'complete' | 'interrupted';
  try {
    ({ status } = await runSuite(plan, store, pool.runOne, {
      concurrency: workers,
      signal: interruption.signal,
      onEvent: show.event,
    }));
  } finally {
    show.end();
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    await pool.close();
    await store.close();
  }
  if (status === 'interrupted') {
    terminal.err(
      `${store.size} of ${plan.keys.length} trajectories are in ${folder}; the same command goes on with the others\n`,
    );
    return exitCodes.interrupted;
  }
  const read = await readFolders([folder]);
  const summary = summarise(read.records.map(({ record }) => record));
  const isJson = options.json === true;
  printSummary(summary, isJson ? 'json' : 'console', terminal);
  const report = join(folder, recordFiles.report);
  await writeHtmlReport(read, report);
  if (!isJson) terminal.out(`\nReport: ${report}\n`);
  return exitCodes.ok;
}

/** With a network of its own that it does not list, a suite runs that as well, with the defaults. */
function withModel(suite: Suite, modelFile: string | undefined): Suite {
  if (modelFile === undefined) return suite;
  const { name } = readModel(modelFile).card;
  const { algorithms } = suite;
  if (algorithms.some((algorithm) => algorithm.name === name)) return suite;
  const iterations = Math.min(...algorithms.map((algorithm) => algorithm.iterations));
  const [first] = algorithms;
  const all = (key: 'dwellTimesNs' | 'dosesElectronsPerNm2') => [
    ...new Set(algorithms.flatMap((algorithm) => algorithm[key] ?? [])),
  ];
  const exposure =
    first?.dwellTimesNs === undefined
      ? { dosesElectronsPerNm2: all('dosesElectronsPerNm2') }
      : { dwellTimesNs: all('dwellTimesNs') };
  return { ...suite, algorithms: [...algorithms, { name, iterations, ...exposure }] };
}

async function overridesFrom(options: RunOptions): Promise<PlanOverrides> {
  const { algorithms, preset, psf, specimen, seed, calibration } = options;
  return {
    ...(algorithms && { algorithms }),
    ...(preset && { presets: preset }),
    ...(psf && { psf }),
    ...(seed !== undefined && { seed }),
    ...(specimen !== undefined && {
      specimen: await chooseSpecimen(specimen, options.specimenPixelSize),
    }),
    ...(calibration !== undefined && {
      calibration: await readConfigFile(calibrationSchema, calibration, 'calibration'),
    }),
  };
}

/** Turns the events of a run into a bar and lines on stderr. */
function progressOf(terminal: Terminal): {
  event: (event: RunEvent) => void;
  say: (line: string) => void;
  end: () => void;
} {
  let bar: Progress | undefined;
  const say = (line: string) => (bar === undefined ? terminal.err(`${line}\n`) : bar.say(line));
  const pixelsDone = new Map<number, number>();
  return {
    event(event) {
      switch (event.type) {
        case 'planned':
          bar = progressBar(terminal, `${event.trajectories} trajectories`, event.pixelsToDo);
          break;
        case 'resumed':
          say(
            `${event.stored} of ${event.trajectories} trajectories were done before; --force would run them again`,
          );
          break;
        case 'step': {
          const before = pixelsDone.get(event.index) ?? 0;
          pixelsDone.set(event.index, event.row.pixelsTotal);
          const { algorithm, trajectory } = event.scenario;
          bar?.advance(
            event.row.pixelsTotal - before,
            `${algorithm.name} ${trajectory + 1}, iteration ${event.row.iteration}`,
          );
          break;
        }
        case 'trajectory-end':
          // What the plan had reckoned and the algorithm did not use is done as well.
          bar?.advance(event.expectedPixels - (pixelsDone.get(event.index) ?? 0));
          break;
        case 'warning':
          say(event.message);
          break;
        case 'trajectory-start':
          break;
      }
    },
    say,
    end: () => bar?.end(),
  };
}
