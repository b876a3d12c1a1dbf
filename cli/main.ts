import { Command, CommanderError } from 'commander';
import { isSemfocusError } from '../harness/microscope/index.ts';
import packageJson from '../package.json' with { type: 'json' };
import { exitCodeOf, exitCodes, isIncomplete } from './terminal/exitCodes.ts';
import { processTerminal, type Terminal } from './terminal/terminal.ts';
import { usageError } from './terminal/usageError.ts';

/** Adds arguments, options and action to a command. */
type CompleteCommand = (command: Command, terminal: Terminal, exit: (code: number) => void) => void;

/**
 * Name, purpose, and the rest: only the command that is called is loaded, because loading all of
 * them takes longer than most of them do.
 */
const commands: readonly (readonly [
  name: string,
  summary: string,
  load: () => Promise<CompleteCommand>,
])[] = [
  [
    'run',
    'run a suite of experiments; the same command resumes an interrupted run',
    async () => (await import('./commands/run.ts')).addRunCommand,
  ],
  [
    'plan',
    'print the trajectories, time and dose that a suite needs',
    async () => (await import('./commands/plan.ts')).addPlanCommand,
  ],
  [
    'merge',
    'make one folder of results from the shards of semfocus run --shard',
    async () => (await import('./commands/merge.ts')).addMergeCommand,
  ],
  [
    'report',
    'show the records of one or more runs, complete or interrupted',
    async () => (await import('./commands/report.ts')).addReportCommand,
  ],
  [
    'compare',
    'compare two runs of the same scenarios: paired differences and flips',
    async () => (await import('./commands/compare.ts')).addCompareCommand,
  ],
  [
    'gate',
    'compare a candidate with its baseline by rules; the exit code is the verdict',
    async () => (await import('./commands/gate.ts')).addGateCommand,
  ],
  [
    'history',
    'show success, error, dose and time of runs, one after the other',
    async () => (await import('./commands/history.ts')).addHistoryCommand,
  ],
  [
    'render',
    'write simulated frames or series of them as PNG, TIFF or SVG files',
    async () => (await import('./commands/render.ts')).addRenderCommand,
  ],
  [
    'explore',
    'operate the virtual microscope in a browser, and watch algorithms focus it',
    async () => (await import('./commands/explore.ts')).addExploreCommand,
  ],
  [
    'estimate',
    'print the correction for a pair of images from disk',
    async () => (await import('./commands/estimate.ts')).addEstimateCommand,
  ],
  [
    'series',
    'list recorded frames with their settings, from the tags of their files',
    async () => (await import('./commands/series.ts')).addSeriesCommand,
  ],
  [
    'validate',
    'compare what every method reads from recorded frames with the simulator',
    async () => (await import('./commands/validate.ts')).addValidateCommand,
  ],
  [
    'focus',
    'focus and stigmate a microscope with one algorithm, inside limits',
    async () => (await import('./commands/focus.ts')).addFocusCommand,
  ],
  [
    'serve',
    'offer a microscope over HTTP, with the routes of fibsem-os and more',
    async () => (await import('./commands/serve.ts')).addServeCommand,
  ],
  [
    'calibrate',
    'measure NA, stigmator matrix and image shift of a microscope by known moves',
    async () => (await import('./commands/calibrate.ts')).addCalibrateCommand,
  ],
  [
    'recalibrate',
    'train a network again for another instrument, at that instrument',
    async () => (await import('./commands/recalibrate.ts')).addRecalibrateCommand,
  ],
  [
    'check',
    'check that an algorithm, or a microscope, keeps to its contract, by named checks',
    async () => (await import('./commands/check.ts')).addCheckCommand,
  ],
  [
    'bound',
    'print the information bound: the smallest possible error of a pair of frames',
    async () => (await import('./commands/bound.ts')).addBoundCommand,
  ],
  [
    'models',
    'list the trained networks with their errors on specimens not trained on',
    async () => (await import('./commands/models.ts')).addModelsCommand,
  ],
  [
    'parity',
    'compare the answers of a network with stored ones',
    async () => (await import('./commands/parity.ts')).addParityCommand,
  ],
  [
    'presets',
    'list the simulated instruments, or the parts of one',
    async () => (await import('./commands/presets.ts')).addPresetsCommand,
  ],
  [
    'algorithms',
    'list the autofocus algorithms',
    async () => (await import('./commands/algorithms.ts')).addAlgorithmsCommand,
  ],
  [
    'suites',
    'list the experiments that come with semfocus',
    async () => (await import('./commands/suites.ts')).addSuitesCommand,
  ],
  [
    'specimens',
    'list the simulated specimens',
    async () => (await import('./commands/specimens.ts')).addSpecimensCommand,
  ],
];

/**
 * The command line.
 *
 * @param args - Without node and script.
 * @param terminal - That of the process where it is left out.
 * @returns the exit code.
 */
export async function main(args: readonly string[], terminal?: Terminal): Promise<number> {
  if (terminal !== undefined) return run(args, terminal);
  const own = processTerminal();
  return own.end(await run(args, own));
}

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode: number = exitCodes.ok;
  const program = new Command('semfocus')
    .description(
      'A virtual scanning electron microscope, and a benchmark for the algorithms that focus and stigmate it.',
    )
    .version(packageJson.version)
    .option('--debug', 'print the stack of an error')
    .addHelpText('after', '\nExample:\n  semfocus run demo')
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err, outputError: () => {} });
  try {
    // No option of the program takes a value: the first word is the command, or `help` and the command.
    const words = args.filter((arg) => !arg.startsWith('-'));
    const called = words[0] === 'help' ? words[1] : words[0];
    for (const [name, summary, load] of commands) {
      const command = program.command(name).description(summary);
      if (name !== called) continue;
      const complete = await load();
      complete(command, terminal, (code) => {
        exitCode = code;
      });
    }
    const below = program.commands.flatMap((command) => [command, ...command.commands]);
    for (const command of below) command.copyInheritedSettings(program);
    for (const command of [program, ...below]) {
      command.exitOverride((error) => {
        throw usageError(error, command);
      });
    }
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage;
    terminal.err(`${describe(error, program.opts<{ debug?: boolean }>().debug === true)}\n`);
    return exitCodeOf(error);
  }
}

/** One line, and a second one with what to do; the stack only when asked for. */
function describe(error: unknown, isDebug: boolean): string {
  if (!(error instanceof Error)) return `error: ${String(error)}`;
  if (isDebug) return error.stack ?? error.message;
  if (isSemfocusError(error)) {
    return `error: ${error.message}${error.hint === undefined ? '' : `\n${error.hint}`}`;
  }
  if (isIncomplete(error)) {
    const [reason] = error.message.split('\n');
    return `error: semfocus is not installed in full: ${reason}\nInstall it again.`;
  }
  return `internal error: ${error.message}\nPlease report it with the output of the same command and --debug.`;
}
