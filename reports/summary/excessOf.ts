import type { TrajectoryRecord } from '../../harness/record/index.ts';

/** The largest residual at the end in units of its margin: beyond 1 is out of focus. */
export function excessOf({ iterations, scenario: { margins } }: TrajectoryRecord): number {
  const residual = iterations.at(-1)?.residual;
  if (residual === undefined) return 0;
  return Math.max(
    Math.abs(residual.workingDistanceUm) / margins.workingDistanceUm,
    Math.abs(residual.stigmatorX) / margins.stigmator,
    Math.abs(residual.stigmatorY) / margins.stigmator,
  );
}
