import { focalErrorUm } from './focalErrorUm.ts';
import type { Outcome, Scenario, TrajectoryRecord } from './TrajectoryRecord.ts';

/**
 * How a trajectory ended that nothing stopped, by its rows alone, so that each reader of the record
 * comes to the same. The distances are measured with the matrix that the algorithm was told.
 */
export function outcomeOf({
  iterations: rows,
  scenario,
}: {
  readonly iterations: TrajectoryRecord['iterations'];
  readonly scenario: Pick<Scenario, 'calibration' | 'margins'>;
}): Outcome {
  const first = rows[0];
  const last = rows.at(-1);
  if (first === undefined || last === undefined) return 'failed';
  if (last.insideMargins) return 'converged';
  const before = focalErrorUm(scenario, first.residual);
  const after = focalErrorUm(scenario, last.residual);
  // From a start in focus, twice as far is still next to nothing.
  if (after > before + Math.max(before, scenario.margins.workingDistanceUm)) return 'diverged';
  return last.declined === undefined ? 'missed' : 'declined';
}
