import type { Command } from 'commander';
import {
  type CalibrationOutcome,
  calibrateMicroscope,
  calibrationLimits,
} from '../../baselines/index.ts';
import { assertWritable } from '../../harness/files/index.ts';
import { openSession } from '../../harness/focusing/index.ts';
import { ConfigError } from '../../harness/microscope/index.ts';
import type { SeriesRecording } from '../../harness/series/index.ts';
import { calibrationJson, calibrationTable } from '../instrument/calibrationTable.ts';
import { guardRules, type LimitFlags } from '../instrument/guardRules.ts';
import {
  addFrameOptions,
  addInstrumentOptions,
  addSimulationOptions,
  doseLimitOption,
  guessOption,
  microscopeOption,
} from '../instrument/instrumentOptions.ts';
import {
  type Instrument,
  type InstrumentFlags,
  withInstrument,
} from '../instrument/openInstrument.ts';
import { openRecording, recordingText } from '../instrument/openRecording.ts';
import { exitCodes } from '../terminal/exitCodes.ts';
import { callTimeoutOption, numberOption, recordOption, textOption } from '../terminal/options.ts';
import { progressBar } from '../terminal/progressBar.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { writeTextFile } from '../terminal/writeTextFile.ts';

interface CalibrateOptions extends InstrumentFlags, LimitFlags {
  readonly width: number;
  readonly height: number;
  readonly pixelSize?: number;
  readonly dwell?: number;
  readonly guess: number;
  readonly residualSpot: number;
  readonly places: number;
  readonly callTimeout: number;
  readonly record?: string;
  readonly out: string;
  readonly json?: boolean;
}

/** Largest start of a simulated microscope from best focus, um of z, a and b each. */
const simulatedStartUm = 1.5;

/** `semfocus calibrate`: measures a microscope by known moves and writes a calibration file. */
export function addCalibrateCommand(
  command: Command,
  terminal: Terminal,
  exit: (code: number) => void,
): void {
  addFrameOptions(addSimulationOptions(command.addOption(microscopeOption())), 128)
    .addOption(guessOption())
    .addOption(
      numberOption(
        '--residual-spot <nm>',
        'in-focus spot (SD) to write into the file; not measured',
        {
          from: 0,
          to: 100,
          unit: 'nm',
        },
      ).default(3.5),
    )
    .addOption(
      numberOption('--places <n>', 'number of fresh places to measure at, in a row', {
        isWhole: true,
        from: 2,
        to: 100,
      }).default(4),
    )
    .addOption(doseLimitOption())
    .addOption(callTimeoutOption());
  addInstrumentOptions(command)
    .addOption(recordOption())
    .addOption(
      textOption('--out <file>', 'calibration file to write, JSON').default('calibration.json'),
    )
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
Begin in rough focus, within a few um, over a specimen with fine structure. The
command moves the working distance and each stigmator by known amounts at every
place. Two frames 10 um apart measure each move. The results give the
convergence angle (as estimators need it, not the angle of the aperture), the
transfer function that fits better, the image shift and the stigmator matrix.
One more move is predicted and compared. If it does not fit, no file is written
and the exit code is 3, also if the frames show no structure. At the end focus
and stage are restored and the beam is blanked, also after an error or Ctrl-C.

Hardware needs --arm. --limits names the limits file of an instrument, as for
semfocus focus. A calibration moves the working distance by up to 15 um: a file
that allows less is refused before anything moves.

A simulated microscope begins up to ${simulatedStartUm} um off. The seed sets by how much.

Examples:
  semfocus calibrate --microscope sim:merlin
  semfocus calibrate --microscope sim:random:17 --seed 3 --out random-17.json
  semfocus run demo --preset random:17 --calibration random-17.json`,
    )
    .action(async (options: CalibrateOptions) => {
      exit(await calibrate(options, terminal));
    });
}

async function calibrate(options: CalibrateOptions, terminal: Terminal): Promise<number> {
  await assertWritable(options.out);
  return withInstrument(options, simulatedStartUm, terminal, async (instrument, signal) => {
    const recording = await openRecording(options.record, instrument);
    const outcome = await measure(instrument, options, { signal, terminal, recording });
    // First what was measured: the specimen has paid for it, whatever becomes of the file.
    terminal.out(
      options.json === true
        ? `${calibrationJson(outcome, options.out)}\n`
        : `${calibrationTable(outcome)}\n`,
    );
    await writeTextFile(options.out, `${JSON.stringify(outcome.calibration, null, 2)}\n`);
    if (options.json === true) return exitCodes.ok;
    terminal.out(`Calibration: ${options.out}\n`);
    if (recording !== undefined) terminal.out(recordingText(recording));
    return exitCodes.ok;
  });
}

async function measure(
  { microscope, description, onCall, sayRemarks, pixelSizeNm, dwellTimeNs }: Instrument,
  options: CalibrateOptions,
  {
    signal,
    terminal,
    recording,
  }: {
    readonly signal: AbortSignal;
    readonly terminal: Terminal;
    readonly recording: SeriesRecording | undefined;
  },
): Promise<CalibrationOutcome> {
  const { width, height, pixelSize = pixelSizeNm, dwell = dwellTimeNs } = options;
  const needed = calibrationLimits(description);
  const rules = await guardRules(options, { needed });
  const allowedUm = rules.limits.workingDistanceUm;
  if (allowedUm < needed.workingDistanceUm) {
    throw new ConfigError(
      `--limits must allow ${needed.workingDistanceUm} um from the start for a calibration. Received ${allowedUm} um`,
    );
  }
  const session = await openSession(microscope, {
    ...rules,
    callMarginMs: 1e3 * options.callTimeout,
    signal,
    onCall,
    async onFrame(frame) {
      sayRemarks();
      await recording?.keep(frame);
    },
  });
  let progress: { readonly bar: ReturnType<typeof progressBar>; frames: number } | undefined;
  try {
    return await calibrateMicroscope(session, {
      frame: { width, height, pixelSizeNm: pixelSize, dwellTimeNs: dwell },
      guessMrad: options.guess,
      residualSpotNm: options.residualSpot,
      places: options.places,
      signal,
      onFrame: (frames, expected) => {
        progress ??= { bar: progressBar(terminal, 'frames', expected), frames: 0 };
        progress.bar.advance(frames - progress.frames);
        progress.frames = frames;
      },
    });
  } finally {
    progress?.bar.end();
  }
}
