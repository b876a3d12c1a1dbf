import {
  type AutofocusStep,
  isBlurrier,
  type PairEstimator,
  sharpnessOverNoise,
} from '../algorithm/index.ts';
import type { FocusLimits } from '../microscope/index.ts';
import { claimsFocus } from './claimsFocus.ts';
import { distanceFromFocus } from './distanceFromFocus.ts';
import type { Look } from './latestLooks.ts';

/** 95 % of what the noise makes of a state in focus lies below. */
const standardDeviations = 1.64;
/** A square so far below 0 is none: the frames before the last one were not exposed where they are read back. */
const impossibleStandardDeviations = 4;

/**
 * Why it is not known that the microscope is in focus. Two witnesses are asked. The algorithm has to
 * say so, see {@link claimsFocus}. A frame in the last state has to be sharper than the two before it, one
 * exposed under and one over it, and by as much as its distance from them allows, see
 * {@link distanceFromFocus}: it is not where the instrument does not do what it reads back.
 *
 * @param looks - The latest frames of the steps.
 * @param last - The frame in the last state, of their size and pixel size.
 * @returns `undefined` if both witnesses agree.
 */
export async function doubtOf(
  steps: readonly AutofocusStep[],
  margins: FocusLimits,
  looks: readonly Look[],
  last: Look & { readonly pixelSizeNm: number },
  estimator: PairEstimator,
): Promise<string | undefined> {
  if (!claimsFocus(steps, margins)) {
    return steps.some(({ correctionSd }) => correctionSd !== undefined)
      ? 'the algorithm is not sure to be inside the margins'
      : 'the algorithm does not say how sure it is';
  }
  const distance = (look: Look) => look.workingDistanceUm - last.workingDistanceUm;
  const below = looks.find((look) => distance(look) < -margins.workingDistanceUm);
  const above = looks.find((look) => distance(look) > margins.workingDistanceUm);
  if (below === undefined || above === undefined) {
    return 'no two frames were exposed just before, one under and one over it and both outside the margins, to compare with';
  }
  const tiles = sharpnessOverNoise(last.pixels);
  const notBlurrier = [below, above].find(
    ({ pixels }) => !isBlurrier(sharpnessOverNoise(pixels), tiles),
  );
  if (notBlurrier !== undefined) {
    const awayUm = Math.abs(distance(notBlurrier)).toFixed(1);
    return `the frame afterwards is not sharper than one exposed ${awayUm} um away`;
  }
  const found = await distanceFromFocus(estimator, { below, last, above }, last.pixelSizeNm);
  if ('declined' in found) return `the frame afterwards cannot be judged: ${found.declined}`;
  const { squareUm2, sdUm2 } = found;
  if (squareUm2 < -impossibleStandardDeviations * sdUm2) {
    return 'the last three frames do not agree with the distances between them that are read back';
  }
  if (squareUm2 <= margins.workingDistanceUm ** 2 + standardDeviations * sdUm2) return undefined;
  return `the frame afterwards was exposed ${Math.sqrt(squareUm2).toFixed(1)} um from focus, by the two frames before it`;
}
