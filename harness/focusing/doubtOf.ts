import { type AutofocusStep, isBlurrier } from '../algorithm/index.ts';
import type { FocusLimits, FocusState } from '../microscope/index.ts';
import { claimsFocus } from './claimsFocus.ts';

/** A frame that was exposed while focusing. */
export interface SharpnessLook {
  /** As the frame says. */
  readonly workingDistanceUm: number;
  /** As `sharpnessOverNoise` measures them. */
  readonly tiles: readonly number[];
}

/**
 * Why it is not known that the microscope is in focus. Two witnesses are asked. The algorithm has to
 * say so, see {@link claimsFocus}. A frame in the last state has to be sharper than the latest ones
 * that were exposed under and over it: they are not where the instrument does not do what it reads
 * back.
 *
 * @param looks - The frames of all steps, in their order.
 * @param last - The tiles of a frame in the last state; `undefined` if there is none.
 * @returns `undefined` if both witnesses agree.
 */
export function doubtOf(
  steps: readonly AutofocusStep[],
  margins: FocusLimits,
  { workingDistanceUm }: FocusState,
  looks: readonly SharpnessLook[],
  last: readonly number[] | undefined,
): string | undefined {
  if (!claimsFocus(steps, margins)) {
    return steps.some(({ correctionSd }) => correctionSd !== undefined)
      ? 'the algorithm is not sure to be inside the margins'
      : 'the algorithm does not say how sure it is';
  }
  if (last === undefined) return 'no frame was exposed after the last correction';
  const distance = ({ workingDistanceUm: at }: SharpnessLook) => at - workingDistanceUm;
  const away = [
    looks.findLast((look) => distance(look) < -margins.workingDistanceUm),
    looks.findLast((look) => distance(look) > margins.workingDistanceUm),
  ].filter((look) => look !== undefined);
  if (away.length === 0) return 'no frame was exposed outside the margins to compare with';
  const notBlurrier = away.find(({ tiles }) => !isBlurrier(tiles, last));
  if (notBlurrier === undefined) return undefined;
  const awayUm = Math.abs(distance(notBlurrier)).toFixed(1);
  return `the frame afterwards is not sharper than one exposed ${awayUm} um away`;
}
