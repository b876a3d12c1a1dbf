import type { PerturbedPair } from '../../harness/algorithm/index.ts';
import { CalibrationError } from '../../harness/microscope/index.ts';
import { cropGreyImage, phaseCorrelation } from '../../harness/numeric/index.ts';
import { mean, median } from '../../harness/statistics/index.ts';
import { sdOfMean } from './sdOfMean.ts';

/** How far the image moves with the working distance, with one standard deviation of the mean. */
export interface ImageShift {
  readonly nmPerUm: { readonly x: number; readonly y: number };
  readonly sdNmPerUm: { readonly x: number; readonly y: number };
}

/**
 * Largest shift looked for, nm per um: a beam tilted by 60 mrad. Measured instruments have 15;
 * smaller frames, in which such a shift has no room, are searched as far as they go.
 */
const largestNmPerUm = 60;
/** Part of the shorter side within which the displacement is searched: phase correlation allows half. */
const searchedFraction = 0.4;
/** Of all pairs, at least so many must show a displacement, and about the same one. */
const leastShare = 0.5;
/** Largest distance of a displacement from the median, nm per um: beyond it is a wrong peak. */
const largestDeviationNmPerUm = 8;

/**
 * Image shift per um of working distance, from the displacement between the two frames of pairs
 * that are about symmetric around best focus, where neither is reversed in contrast against the other.
 *
 * @throws CalibrationError if fewer than half of the pairs show about the same displacement.
 */
export function measureImageShift(pairs: readonly PerturbedPair[]): ImageShift {
  const shifts = pairs.flatMap(({ under, over, pixelSizeNm, perturbationUm }) => {
    const [height = 0, width = 0] = under.shape;
    const travelUm = 2 * perturbationUm;
    const searchRadiusPx = Math.min(
      (largestNmPerUm * travelUm) / pixelSizeNm,
      searchedFraction * Math.min(width, height),
    );
    const { xPx, yPx, isSignificant } = phaseCorrelation(
      cropGreyImage(under),
      cropGreyImage(over),
      { expectedXPx: 0, expectedYPx: 0, searchRadiusPx },
    );
    const nmPerUm = pixelSizeNm / travelUm;
    return isSignificant ? [{ x: xPx * nmPerUm, y: yPx * nmPerUm }] : [];
  });
  const middle = { x: medianOf(shifts, 'x'), y: medianOf(shifts, 'y') };
  const agreeing = shifts.filter(
    ({ x, y }) => Math.hypot(x - middle.x, y - middle.y) <= largestDeviationNmPerUm,
  );
  if (agreeing.length < Math.max(2, leastShare * pairs.length)) {
    throw new CalibrationError(
      `the two frames of a pair are displaced alike in ${agreeing.length} of ${pairs.length} pairs only: the frames show too little structure, or lag behind the moves`,
      {
        hint: 'move to a place with fine structure everywhere, focus better or expose longer; if the frames show enough structure, look for stale frames and settle times',
      },
    );
  }
  const along = (axis: 'x' | 'y') => agreeing.map((shift) => shift[axis]);
  return {
    nmPerUm: { x: mean(along('x')), y: mean(along('y')) },
    sdNmPerUm: { x: sdOfMean(along('x')), y: sdOfMean(along('y')) },
  };
}

function medianOf(shifts: readonly { x: number; y: number }[], axis: 'x' | 'y'): number {
  return shifts.length === 0 ? 0 : median(shifts.map((shift) => shift[axis]));
}
