import type { PairEstimator, PerturbedPair } from '../../algorithm/index.ts';
import { judgementOf } from '../../focusing/index.ts';
import {
  type Aberration,
  aberrationOfDeviation,
  type Calibration,
  type FocusChange,
} from '../../microscope/index.ts';

/** How the aberration changed from one pair to another, as an estimator sees it. */
export type SeenMove =
  | { readonly move: Aberration; readonly sdUm: number }
  | { readonly declined: string };

/**
 * The move between two pairs, um: the estimate of the second less that of the first.
 *
 * @param calibration - That of the estimator, whose stigmator units it turns into um.
 */
export async function seenMove(
  estimator: PairEstimator,
  { stigmatorMatrixUmPerUnit }: Calibration,
  before: PerturbedPair,
  after: PerturbedPair,
): Promise<SeenMove> {
  const first = await judgementOf(estimator, before);
  if ('declined' in first) return first;
  const second = await judgementOf(estimator, after);
  if ('declined' in second) return second;
  // A correction is the opposite of what is wrong.
  const change = difference(first.correction, second.correction);
  const sdUm = Math.max(
    ...[first, second].map(({ correctionSd }) => {
      const { zUm, aUm, bUm } = aberrationOfDeviation(correctionSd, stigmatorMatrixUmPerUnit);
      return Math.hypot(zUm, aUm, bUm);
    }),
  );
  return { move: aberrationOfDeviation(change, stigmatorMatrixUmPerUnit), sdUm };
}

function difference(from: FocusChange, less: FocusChange): FocusChange {
  return {
    workingDistanceUm: from.workingDistanceUm - less.workingDistanceUm,
    stigmatorX: from.stigmatorX - less.stigmatorX,
    stigmatorY: from.stigmatorY - less.stigmatorY,
  };
}
