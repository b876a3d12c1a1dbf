import type { AutofocusStep } from '../algorithm/index.ts';
import { type FocusLimits, focusParameters, limitOf } from '../microscope/index.ts';

/** Of what is claimed, for "surely": 95 % of a normal distribution. */
const standardDeviations = 2;

/**
 * Whether an algorithm says that the microscope is in focus: of every parameter, what it had to
 * correct when it last looked was inside the margins already, and so is two standard deviations of
 * what it is unsure of. One that does not say how sure it is (a search whose steps become small)
 * never says so. An uncertainty of 0 is none: a sweep looks at one parameter at a time.
 *
 * @param steps - All so far.
 * @param margins - Of working distance and stigmators, each above 0.
 */
export function claimsFocus(steps: readonly AutofocusStep[], margins: FocusLimits): boolean {
  if (steps.at(-1)?.declined !== undefined) return false;
  return focusParameters.every((parameter) => {
    const margin = limitOf(margins, parameter);
    const looked = steps.findLast(({ correctionSd }) => (correctionSd?.[parameter] ?? 0) > 0);
    if (looked?.correctionSd === undefined) return false;
    return (
      Math.abs(looked.correction[parameter]) <= margin &&
      standardDeviations * looked.correctionSd[parameter] <= margin
    );
  });
}
