import { z } from 'zod';

/**
 * Why a trajectory is no success, the first that applies:
 *
 * - `exception`: an error, a broken protocol, a number that is not finite
 * - `timeout`: the algorithm took too long and was stopped
 * - `declined-wrongly`: declined although there is structure
 * - `wrong-sign`: the first correction pointed away from focus
 * - `diverged`: ended farther away than it began, or left the limits
 * - `false-claim`: ended by itself outside the margins, as if it were in focus
 * - `false-optimum`: its last correction was within the margins, as if it were in focus
 * - `budget-spent`: was still on its way
 */
export const failureClasses = [
  'exception',
  'timeout',
  'declined-wrongly',
  'wrong-sign',
  'diverged',
  'false-claim',
  'false-optimum',
  'budget-spent',
] as const;
export const failureClassSchema = z.enum(failureClasses);
export type FailureClass = z.infer<typeof failureClassSchema>;
