import type { PairEstimator } from '../algorithm/index.ts';
import { judgementOf } from './judgementOf.ts';
import type { Look } from './latestLooks.ts';

/** How far from focus a frame was really exposed, squared and with one standard deviation. */
export interface DistanceFromFocus {
  readonly squareUm2: number;
  readonly sdUm2: number;
}

/**
 * How far from focus a frame near focus was exposed, whatever the instrument reads back for it: by one frame
 * under and one over it whose distances are right. The estimator is asked about both pairs that the frame makes.
 *
 * The ratio of two power spectra tells the difference of the squares of both distances from focus. If the last
 * state is read back as `d` from focus and is really `p` from it, the pair with the frame `2 T` under it says
 * `d + (p^2 - d^2) / (4 T)`, the pair with the one over it `d - (p^2 - d^2) / (4 T)`. Both are solved for `p^2`; it
 * may come out below 0 by noise.
 */
export async function distanceFromFocus(
  estimator: PairEstimator,
  { below, last, above }: { readonly below: Look; readonly last: Look; readonly above: Look },
  pixelSizeNm: number,
): Promise<DistanceFromFocus | { readonly declined: string }> {
  const asked = async (under: Look, over: Look) => {
    const perturbationUm = (over.workingDistanceUm - under.workingDistanceUm) / 2;
    const pair = { under: under.pixels, over: over.pixels, pixelSizeNm, perturbationUm };
    return { perturbationUm, ...(await judgementOf(estimator, pair)) };
  };
  const [low, high] = [await asked(below, last), await asked(last, above)];
  if ('declined' in low) return low;
  if ('declined' in high) return high;
  const [under, over] = [low.perturbationUm, high.perturbationUm];
  const fromUnder = under - low.correction.workingDistanceUm;
  const fromOver = -over - high.correction.workingDistanceUm;
  const readUm = (under * fromUnder + over * fromOver) / (under + over);
  const perUm = (4 * under * over) / (under + over);
  return {
    squareUm2: perUm * (fromUnder - fromOver) + readUm ** 2,
    sdUm2:
      perUm * Math.hypot(low.correctionSd.workingDistanceUm, high.correctionSd.workingDistanceUm),
  };
}
