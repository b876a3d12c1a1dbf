import {
  type Calibration,
  type Guard,
  guardMicroscope,
  isSemfocusError,
  type MeasuredCalibration,
  type Microscope,
  recordMicroscope,
} from '../../harness/microscope/index.ts';
import type { CalibrationOptions } from './CalibrationOptions.ts';
import { largestStigmatorStep } from './chooseStigmatorStep.ts';
import {
  induceMoves,
  largestStartUm,
  type Moves,
  matrixOf,
  perturbationUm,
} from './induceMoves.ts';
import { type MatrixShape, matrixShape } from './matrixShape.ts';

/** A calibration, and all that is worth knowing about how it came about. */
export interface CalibrationOutcome extends Moves {
  readonly calibration: Calibration & {
    readonly measured: NonNullable<MeasuredCalibration['measured']>;
  };
  readonly matrixShape: MatrixShape;
}

/** Room for the moves themselves beyond the perturbation and a start out of focus, um. */
const moveRoomUm = 4;

/**
 * Calibrates a microscope by inducing known moves from a roughly good focus: image shift per um
 * of working distance, convergence angle, transfer function, stigmator matrix; then predicts a move
 * that took no part in it and compares.
 *
 * Works on any microscope through the contract alone, knows nothing of its stigmators, and of the
 * beam's angle a guess. Whatever happens, focus and stage are put back and the beam is blanked.
 *
 * @throws CalibrationError if nothing is to be seen, the answers do not follow the moves, or the
 *   calibration fails its own check; DoseBudgetExceeded; `signal.reason` when aborted; RangeError
 *   if there are less than 2 places.
 */
export async function calibrateMicroscope(
  instrument: Microscope,
  options: CalibrationOptions,
): Promise<CalibrationOutcome> {
  const { places, frame, residualSpotNm, doseLimitElectronsPerNm2, signal } = options;
  if (!(Number.isInteger(places) && places >= 2)) {
    throw new RangeError(`places must be a whole number of at least 2. Received ${places}`);
  }
  const { name, parameters } = await instrument.describe();
  const { microscope: recorded, log } = recordMicroscope(instrument);
  const guard = await guardMicroscope(recorded, {
    limits: {
      workingDistanceUm: largestStartUm + perturbationUm + moveRoomUm,
      stigmator: Math.max(
        largestStigmatorStep(parameters.stigmatorX),
        largestStigmatorStep(parameters.stigmatorY),
      ),
    },
    ...(doseLimitElectronsPerNm2 !== undefined && {
      doseBudgetElectronsPerNm2: doseLimitElectronsPerNm2,
    }),
    ...(signal && { signal }),
  });
  const moves = await andBack(recorded, guard, () => induceMoves(guard.microscope, options));
  const [{ convergenceMrad, sdMrad, psf }] = moves.fits;
  const stigmatorMatrixUmPerUnit = matrixOf(moves.stigmators);
  return {
    ...moves,
    matrixShape: matrixShape(stigmatorMatrixUmPerUnit),
    calibration: rounded({
      convergenceMrad,
      stigmatorMatrixUmPerUnit,
      imageShiftNmPerUm: moves.imageShift.nmPerUm,
      residualSpotNm,
      psf,
      measured: {
        microscope: name,
        sd: {
          convergenceMrad: sdMrad,
          stigmatorMatrixUmPerUnit: matrixSd(moves),
          imageShiftNmPerUm: moves.imageShift.sdNmPerUm,
        },
        pixelSizeNm: frame.pixelSizeNm,
        dwellTimeNs: frame.dwellTimeNs,
        frames: log.frames,
        doseElectronsPerNm2: moves.largestDoseElectronsPerNm2,
        microscopeS: log.frameS + log.settleS,
      },
    }),
  };
}

/** Every number to five digits: what follows is noise. */
function rounded<T>(value: T): T {
  return JSON.parse(JSON.stringify(value), (_, item) =>
    typeof item === 'number' ? Number(item.toPrecision(5)) : item,
  );
}

/**
 * Scatter over places, and that of the angle: one that is wrong scales the matrix by its inverse
 * square. What both are used for together stays right.
 */
function matrixSd({
  fits: [{ convergenceMrad, sdMrad }],
  stigmators: { x, y },
}: Moves): Calibration['stigmatorMatrixUmPerUnit'] {
  const scaleSd = (2 * sdMrad) / convergenceMrad;
  const sd = (value: number, scatter: number) => Math.hypot(scatter, scaleSd * value);
  return [
    [sd(x.aUmPerUnit, x.sdUmPerUnit.a), sd(y.aUmPerUnit, y.sdUmPerUnit.a)],
    [sd(x.bUmPerUnit, x.sdUmPerUnit.b), sd(y.bUmPerUnit, y.sdUmPerUnit.b)],
  ];
}

/** Does something and puts focus and stage back, the beam blanked, after success and failure alike. */
async function andBack<T>(microscope: Microscope, guard: Guard, run: () => Promise<T>): Promise<T> {
  const home = await microscope.readStage().catch((error) => {
    if (isSemfocusError(error, 'Unsupported')) return undefined;
    throw error;
  });
  const [ended] = await Promise.allSettled([run()]);
  // Focus and beam first: the way back of the stage exposes nothing. Never with the signal, which
  // may be the reason to go back.
  const after = ended.status === 'rejected' ? { after: ended.reason } : {};
  const [restored] = await Promise.allSettled([guard.restore(after)]);
  const [returned] = await Promise.allSettled([home && microscope.moveStage(home)]);
  for (const { status, reason } of [restored, ended, returned].filter(isRejected)) {
    if (status === 'rejected') throw reason;
  }
  if (ended.status === 'rejected') throw ended.reason;
  return ended.value;
}

function isRejected(result: PromiseSettledResult<unknown>): result is PromiseRejectedResult {
  return result.status === 'rejected';
}
