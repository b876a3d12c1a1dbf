import { type Command, Option } from 'commander';
import { microscopeForms } from '../lab/index.ts';
import {
  numberOption,
  psfOption,
  seedOption,
  specimenPixelSizeOption,
  textOption,
} from '../terminal/options.ts';

/** `--microscope`, everywhere the same. */
export function microscopeOption(): Option {
  return textOption('--microscope <uri>', microscopeForms).makeOptionMandatory();
}

/** `--calibration` of a microscope that is opened. */
export function calibrationFileOption(): Option {
  return textOption(
    '--calibration <file>',
    "JSON file that semfocus calibrate has written; the microscope's own calibration if left out",
  );
}

/** Adds the options of every command that moves or exposes. */
export function addInstrumentOptions(command: Command): Command {
  return command
    .addOption(new Option('--arm', 'let a microscope that is no simulation move and expose'))
    .addOption(
      textOption(
        '--limits <file>',
        'limits of the instrument, JSON; the other options win over it',
      ),
    )
    .addOption(
      textOption(
        '--log <file|none>',
        'append each call to the microscope as a JSON line (hardware: a new file in this folder unless none)',
      ),
    );
}

/**
 * Adds the largest changes that a guard lets through.
 *
 * @param usual - What they are where nothing is said, in words.
 */
export function addLimitOptions(
  command: Command,
  usual: { readonly workingDistance: string; readonly stigmator: string },
): Command {
  return command
    .addOption(
      limitOption(
        '--limit-wd <um>',
        `maximum working-distance change from the start (default: ${usual.workingDistance})`,
        'um',
      ),
    )
    .addOption(
      limitOption(
        '--limit-stig <unit>',
        `maximum change of each stigmator from the start (default: ${usual.stigmator})`,
      ),
    )
    .addOption(
      limitOption('--step-limit-wd <um>', 'maximum single change; no limit if left out', 'um'),
    )
    .addOption(limitOption('--step-limit-stig <unit>', 'the same for each stigmator'))
    .addOption(doseLimitOption());
}

/** Adds the options of a microscope that is simulated. */
export function addSimulationOptions(command: Command): Command {
  return command
    .addOption(
      textOption('--specimen <name|file>', 'specimen under a simulated microscope').default(
        'tissue',
      ),
    )
    .addOption(specimenPixelSizeOption())
    .addOption(seedOption('seed of specimen, noise and start of a simulated microscope').default(1))
    .addOption(psfOption("simulated probe shape; the preset's own if left out"));
}

/** Adds the size and the exposure of frames. */
export function addFrameOptions(command: Command, leastSidePx: number): Command {
  const size = (flags: string, description: string) =>
    numberOption(flags, description, { isWhole: true, from: leastSidePx, to: 32_768, unit: 'px' });
  return command
    .addOption(size('--width <px>', 'columns per frame').default(1024))
    .addOption(size('--height <px>', 'rows per frame').default(768))
    .addOption(
      limitOption('--pixel-size <nm>', "pixel size; the microscope's own if left out", 'nm'),
    )
    .addOption(limitOption('--dwell <ns>', "dwell time; the microscope's own if left out", 'ns'));
}

/** A number above 0. */
export function limitOption(flags: string, description: string, unit?: string): Option {
  return numberOption(flags, description, { above: 0, ...(unit !== undefined && { unit }) });
}

/** `--dose-limit`, everywhere the same. */
export function doseLimitOption(): Option {
  return limitOption('--dose-limit <e/nm2>', 'maximum dose of a place; no limit if left out');
}

/** `--guess`, everywhere the same. */
export function guessOption(): Option {
  return numberOption(
    '--guess <mrad>',
    'estimate of the convergence half-angle, at most a factor of 2 off',
    { from: 0.5, to: 50, unit: 'mrad' },
  ).default(8);
}
