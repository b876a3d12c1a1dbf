import { ecdfArea, type TargetCost } from '../fixedTarget.ts';
import type { ResampleStatistic } from './Resamples.ts';

/**
 * The area under the distribution of costs of the samples.
 *
 * @throws RangeError as `ecdfArea`.
 */
export function resampledEcdfArea(
  runs: readonly TargetCost[],
  from: number,
  to: number,
): ResampleStatistic {
  const areas = Float64Array.from(runs, (run) => ecdfArea([run], from, to));
  return (counts, start) =>
    areas.reduce((sum, area, i) => sum + counts[start + i]! * area, 0) / areas.length;
}
