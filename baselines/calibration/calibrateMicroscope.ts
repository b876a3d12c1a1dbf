import {
  type AcquisitionLog,
  type Calibration,
  type FocusLimits,
  type Guard,
  type MeasuredCalibration,
  type MicroscopeDescription,
  thenRestore,
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

/** How far a calibration has to move a microscope: the limits of the session that it is handed. */
export function calibrationLimits({ parameters }: MicroscopeDescription): FocusLimits {
  const { stigmatorX, stigmatorY } = parameters;
  return {
    workingDistanceUm: largestStartUm + perturbationUm + moveRoomUm,
    stigmator: Math.max(largestStigmatorStep(stigmatorX), largestStigmatorStep(stigmatorY)),
  };
}

/**
 * Calibrates a microscope by inducing known moves from a roughly good focus: image shift per um
 * of working distance, convergence angle, transfer function, stigmator matrix; then predicts a move
 * that took no part in it and compares.
 *
 * Works on any microscope through the contract alone, knows nothing of its stigmators, and of the
 * beam's angle a guess. Whatever happens, focus and stage are put back and the beam is blanked.
 *
 * @param session - Around the microscope, with {@link calibrationLimits}.
 * @throws CalibrationError if nothing is to be seen, the answers do not follow the moves, or the
 *   calibration fails its own check; DoseBudgetExceeded; `signal.reason` when aborted; RangeError
 *   if there are less than 2 places.
 */
export async function calibrateMicroscope(
  session: Guard & { readonly log: AcquisitionLog },
  options: CalibrationOptions,
): Promise<CalibrationOutcome> {
  const { places, frame, residualSpotNm } = options;
  if (!(Number.isInteger(places) && places >= 2)) {
    throw new RangeError(`places must be a whole number of at least 2. Received ${places}`);
  }
  const { log, description } = session;
  const moves = await thenRestore(session, () => induceMoves(session.microscope, options));
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
        microscope: description.name,
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
