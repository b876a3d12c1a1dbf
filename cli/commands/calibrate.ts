import type { Command } from 'commander';
import {
  type CalibrationOutcome,
  calibrateMicroscope,
  calibrationLimits,
} from '../../baselines/index.ts';
import { assertWritable } from '../../harness/files/index.ts';
import { openSession } from '../../harness/focusing/index.ts';
import type { ProbeShape } from '../../harness/microscope/index.ts';
import type { SeriesRecording } from '../../harness/series/index.ts';
import { openRecording, recordingText } from '../focus/openRecording.ts';
import { microscopeForms, type OpenedMicroscope, openMicroscope } from '../lab/index.ts';
import { exitCodes } from '../terminal/exitCodes.ts';
import { interruptible } from '../terminal/interruptible.ts';
import {
  callTimeoutOption,
  numberOption,
  psfOption,
  recordOption,
  specimenPixelSizeOption,
  textOption,
} from '../terminal/options.ts';
import { progressBar } from '../terminal/progressBar.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { writeTextFile } from '../terminal/writeTextFile.ts';
import { calibrationJson, calibrationTable } from './calibrationTable.ts';

interface CalibrateOptions {
  readonly microscope: string;
  readonly specimen: string;
  readonly specimenPixelSize: number;
  readonly seed: number;
  readonly psf?: ProbeShape;
  readonly width: number;
  readonly height: number;
  readonly pixelSize?: number;
  readonly dwell?: number;
  readonly guess: number;
  readonly residualSpot: number;
  readonly places: number;
  readonly doseLimit?: number;
  readonly callTimeout: number;
  readonly record?: string;
  readonly out: string;
  readonly json?: boolean;
}

/** Largest start of a simulated microscope from best focus, um of z, a and b each. */
const simulatedStartUm = 1.5;

const sizeOption = (flags: string, description: string) =>
  numberOption(flags, description, { isWhole: true, from: 128, to: 32_768, unit: 'px' });

/** `semfocus calibrate`: measures a microscope by known moves and writes a calibration file. */
export function addCalibrateCommand(
  command: Command,
  terminal: Terminal,
  exit: (code: number) => void,
): void {
  command
    .addOption(textOption('--microscope <uri>', microscopeForms).makeOptionMandatory())
    .addOption(
      textOption('--specimen <name|file>', 'specimen of a simulated microscope').default('tissue'),
    )
    .addOption(specimenPixelSizeOption())
    .addOption(
      numberOption('--seed <n>', 'seed of specimen, noise and start of a simulated microscope', {
        isWhole: true,
        from: 0,
      }).default(1),
    )
    .addOption(psfOption("shape of a simulated probe (default: the preset's)"))
    .addOption(sizeOption('--width <px>', 'columns of a frame').default(1024))
    .addOption(sizeOption('--height <px>', 'rows of a frame').default(768))
    .addOption(
      numberOption('--pixel-size <nm>', "pixel size (default: the microscope's)", {
        above: 0,
        unit: 'nm',
      }),
    )
    .addOption(
      numberOption('--dwell <ns>', "dwell time (default: the microscope's)", {
        above: 0,
        unit: 'ns',
      }),
    )
    .addOption(
      numberOption(
        '--guess <mrad>',
        'estimate of the convergence half-angle, at most a factor of 2 off',
        {
          from: 0.5,
          to: 50,
          unit: 'mrad',
        },
      ).default(8),
    )
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
    .addOption(numberOption('--dose-limit <e/nm2>', 'maximum dose of a place', { above: 0 }))
    .addOption(callTimeoutOption())
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
  const opened = await openMicroscope(options.microscope, {
    ...options,
    startUm: simulatedStartUm,
  });
  let recording: SeriesRecording | undefined;
  const outcome = await interruptible(
    async (signal) => {
      try {
        recording = await openRecording(options.record, opened);
        return await measure(opened, options, { signal, terminal, recording });
      } catch (error) {
        if (error !== signal.reason) throw error;
        terminal.err(
          'interrupted: focus and stage are back, the beam is blanked, nothing written\n',
        );
        return undefined;
      } finally {
        await opened.microscope.close();
        for (const remark of opened.remarks?.() ?? []) terminal.err(`${remark}\n`);
      }
    },
    { hangUp: true },
  );
  if (outcome === undefined) return exitCodes.interrupted;
  await writeTextFile(options.out, `${JSON.stringify(outcome.calibration, null, 2)}\n`);
  terminal.out(
    options.json === true
      ? `${calibrationJson(outcome, options.out)}\n`
      : `${calibrationTable(outcome)}\nCalibration: ${options.out}\n${recording === undefined ? '' : recordingText(recording)}`,
  );
  return exitCodes.ok;
}

async function measure(
  { microscope, pixelSizeNm, dwellTimeNs }: OpenedMicroscope,
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
  const { width, height, pixelSize = pixelSizeNm, dwell = dwellTimeNs, doseLimit } = options;
  const session = await openSession(microscope, {
    limits: calibrationLimits(await microscope.describe()),
    callMarginMs: 1e3 * options.callTimeout,
    ...(doseLimit !== undefined && { doseBudgetElectronsPerNm2: doseLimit }),
    signal,
    onFrame: recording?.keep,
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
