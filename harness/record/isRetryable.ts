import type { TrajectoryRecord } from './TrajectoryRecord.ts';

/**
 * True for an exception or a timeout: what a scenario does not determine may have been the reason, and
 * a second run may end otherwise. Its record gives way to any other of the same trajectory.
 */
export function isRetryable({ failureClass }: Pick<TrajectoryRecord, 'failureClass'>): boolean {
  return failureClass === 'exception' || failureClass === 'timeout';
}
