import type { IterationRow, TrajectoryRecord } from './TrajectoryRecord.ts';

/**
 * The first row from which a trajectory stays inside the margins to its end.
 *
 * A visit that did not last does not count, nor does anything but the outcome `converged`: an
 * algorithm that failed or refused has not delivered a focus, even where it started in one. A
 * median of what this yields is thus finite exactly where more than half of the group succeeded.
 *
 * @returns `undefined` where the margins were not reached for good.
 */
export function marginsReachedAt(record: TrajectoryRecord): IterationRow | undefined {
  if (record.outcome !== 'converged') return undefined;
  const lastOutside = record.iterations.findLastIndex((row) => !row.insideMargins);
  return record.iterations[lastOutside + 1];
}
