import type { AutofocusStep } from '../harness/algorithm/index.ts';
import { type FocusLimits, focusParameters } from '../harness/microscope/index.ts';

/** Of what is claimed, for "surely": 95 % of a normal distribution. */
const standardDeviations = 2;

/**
 * Whether an algorithm says, after an iteration, that the microscope is in focus: what it had to
 * correct was inside the margins already, and so is two standard deviations of what it is unsure
 * of. One that does not say how sure it is (a search whose steps become small) never says so.
 *
 * @param margins - Of working distance and stigmators, each above 0.
 */
export function claimsFocus(
  { correction, correctionSd, declined }: AutofocusStep,
  margins: FocusLimits,
): boolean {
  if (correctionSd === undefined || declined !== undefined) return false;
  return focusParameters.every((parameter) => {
    const margin =
      parameter === 'workingDistanceUm' ? margins.workingDistanceUm : margins.stigmator;
    return (
      Math.abs(correction[parameter]) <= margin &&
      standardDeviations * correctionSd[parameter] <= margin
    );
  });
}
