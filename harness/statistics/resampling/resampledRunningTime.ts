import type { TargetCost } from '../fixedTarget.ts';
import type { ResampleStatistic } from './Resamples.ts';

/** The expected running time of the samples; `Infinity` of one without success. */
export function resampledRunningTime(runs: readonly TargetCost[]): ResampleStatistic {
  const spent = Float64Array.from(runs, (run) => run.spent);
  const reached = Float64Array.from(runs, (run) => (run.reached ? 1 : 0));
  return (counts, from) => {
    let [total, successes] = [0, 0];
    for (let i = 0; i < spent.length; i++) {
      const count = counts[from + i]!;
      total += count * spent[i]!;
      successes += count * reached[i]!;
    }
    return successes === 0 ? Number.POSITIVE_INFINITY : total / successes;
  };
}
