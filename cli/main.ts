import { Command, CommanderError } from 'commander';
import { isSemfocusError } from '../harness/microscope/index.ts';
import packageJson from '../package.json' with { type: 'json' };
import { addBoundCommand } from './commands/bound.ts';
import { addCalibrateCommand } from './commands/calibrate.ts';
import { addCheckCommand } from './commands/check.ts';
import { addCompareCommand } from './commands/compare.ts';
import { addEstimateCommand } from './commands/estimate.ts';
import { addExploreCommand } from './commands/explore.ts';
import { addFocusCommand } from './commands/focus.ts';
import { addGateCommand } from './commands/gate.ts';
import { addListCommands } from './commands/lists.ts';
import { addMergeCommand } from './commands/merge.ts';
import { addModelsCommand } from './commands/models.ts';
import { addParityCommand } from './commands/parity.ts';
import { addPlanCommand } from './commands/plan.ts';
import { addPresetsCommand } from './commands/presets.ts';
import { addRenderCommand } from './commands/render.ts';
import { addReportCommand } from './commands/report.ts';
import { addRunCommand } from './commands/run.ts';
import { exitCodeOf, exitCodes } from './exitCodes.ts';
import { processTerminal, type Terminal } from './terminal.ts';
import { usageError } from './usageError.ts';

/**
 * The command line.
 *
 * @param args - Without node and script.
 * @returns the exit code.
 */
export async function main(
  args: readonly string[],
  terminal: Terminal = processTerminal(),
): Promise<number> {
  let exitCode: number = exitCodes.ok;
  const program = new Command('semfocus')
    .description(
      'A virtual scanning electron microscope, and a benchmark for the algorithms that focus and stigmate it.',
    )
    .version(packageJson.version)
    .option('--debug', 'print the stack of an error')
    .addHelpText('after', '\nExample:\n  semfocus run demo')
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err, outputError: () => {} });
  addRunCommand(program, terminal, (code) => {
    exitCode = code;
  });
  addPlanCommand(program, terminal);
  addMergeCommand(program, terminal, (code) => {
    exitCode = code;
  });
  addReportCommand(program, terminal);
  addCompareCommand(program, terminal);
  addGateCommand(program, terminal, (code) => {
    exitCode = code;
  });
  addRenderCommand(program, terminal);
  addExploreCommand(program, terminal, (code) => {
    exitCode = code;
  });
  addEstimateCommand(program, terminal);
  addFocusCommand(program, terminal, (code) => {
    exitCode = code;
  });
  addCalibrateCommand(program, terminal, (code) => {
    exitCode = code;
  });
  addCheckCommand(program, terminal, (code) => {
    exitCode = code;
  });
  addBoundCommand(program, terminal);
  addModelsCommand(program, terminal);
  addParityCommand(program, terminal, (code) => {
    exitCode = code;
  });
  addPresetsCommand(program, terminal);
  addListCommands(program, terminal);
  for (const command of program.commands) command.copyInheritedSettings(program);
  for (const command of [program, ...program.commands]) {
    command.exitOverride((error) => {
      throw usageError(error, command);
    });
  }
  try {
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
  return `internal error: ${error.message}\nPlease report it with the output of the same command and --debug.`;
}
