import type { IterationRow, TrajectoryRecord } from '../../harness/record/index.ts';

/**
 * The row that describes a trajectory after an iteration: its own, or its last one if it ended
 * earlier (last observation carried forward).
 *
 * @param iteration - Whole number >= 0; 0 is the start.
 */
export function rowAt(record: TrajectoryRecord, iteration: number): IterationRow {
  const row = record.iterations.findLast((candidate) => candidate.iteration <= iteration);
  const [first] = record.iterations;
  if (first === undefined) throw new RangeError(`record ${record.key} must have at least one row`);
  return row ?? first;
}
