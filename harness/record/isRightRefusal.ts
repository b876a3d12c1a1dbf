import type { TrajectoryRecord } from './TrajectoryRecord.ts';

/**
 * True for a success without a focus: the trajectory declined because its frames show nothing, in its
 * outcome or in every step. The state was left as it was found. That is neither an error nor a cost,
 * also if the state was in focus by chance.
 */
export function isRightRefusal({
  outcome,
  failureClass,
  iterations,
}: Pick<TrajectoryRecord, 'outcome' | 'failureClass' | 'iterations'>): boolean {
  if (failureClass !== undefined) return false;
  const steps = iterations.slice(1);
  const sawNothing = steps.length > 0 && steps.every(({ declined }) => declined !== undefined);
  return outcome === 'declined' || sawNothing;
}
