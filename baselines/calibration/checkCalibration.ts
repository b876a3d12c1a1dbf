import {
  type Aberration,
  aberrationOfDeviation,
  type Calibration,
  CalibrationError,
  deviationOfAberration,
} from '../../harness/microscope/index.ts';
import type { AberrationMeter } from './AberrationMeter.ts';
import type { PairTaker } from './PairTaker.ts';

/** A move that the calibration was not made from: predicted and measured. */
export interface ConsistencyCheck {
  readonly predicted: Aberration;
  readonly measured: Aberration;
  /** Length of the difference as a fraction of the move. */
  readonly errorFraction: number;
}

/** One pair on either side. */
export const pairsOfCheck = 2;
/** All three parameters at once, to either side of the centre, um. */
const heldOut: Aberration = { zUm: 2, aUm: 1.2, bUm: -1.2 };
/**
 * A calibration that is wrong by more than this is refused. Loops converge with twice the error; what
 * is wrong by so much is wrong in kind: hysteresis, stale frames, a stigmator that turns another way.
 */
const largestErrorFraction = 0.25;

/**
 * Induces a move of all three parameters at once and compares with what the calibration predicts.
 *
 * @throws CalibrationError if they differ by more than a quarter of the move.
 */
export async function checkCalibration(
  taker: PairTaker,
  meter: AberrationMeter,
  matrix: Calibration['stigmatorMatrixUmPerUnit'],
): Promise<ConsistencyCheck> {
  const move = deviationOfAberration(heldOut, matrix);
  const at = async (sign: 1 | -1) => {
    const pair = await taker.take({
      workingDistanceUm: sign * move.workingDistanceUm,
      stigmatorX: sign * move.stigmatorX,
      stigmatorY: sign * move.stigmatorY,
    });
    return (await meter.measure(pair)).aberration;
  };
  const below = await at(-1);
  const above = await at(1);
  const measured: Aberration = {
    zUm: (above.zUm - below.zUm) / 2,
    aUm: (above.aUm - below.aUm) / 2,
    bUm: (above.bUm - below.bUm) / 2,
  };
  const predicted = aberrationOfDeviation(move, matrix);
  const errorFraction = length(difference(measured, predicted)) / length(predicted);
  if (!(errorFraction <= largestErrorFraction)) {
    throw new CalibrationError(
      `the calibration does not predict a move that it was not made from: (z, a, b) = ${text(measured)} um measured, ${text(predicted)} um predicted`,
      {
        hint: 'nothing was written; repeat at another place or with a longer dwell time, and if it persists look for hysteresis and settle times',
      },
    );
  }
  return { predicted, measured, errorFraction };
}

function difference(p: Aberration, q: Aberration): Aberration {
  return { zUm: p.zUm - q.zUm, aUm: p.aUm - q.aUm, bUm: p.bUm - q.bUm };
}

function length({ zUm, aUm, bUm }: Aberration): number {
  return Math.hypot(zUm, aUm, bUm);
}

function text({ zUm, aUm, bUm }: Aberration): string {
  return `(${[zUm, aUm, bUm].map((value) => value.toFixed(2)).join(', ')})`;
}
