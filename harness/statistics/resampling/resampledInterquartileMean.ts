import { ascendingOrder } from './ascendingOrder.ts';
import type { ResampleStatistic } from './Resamples.ts';

/** The interquartile mean of the samples, as `interquartileMean` has it of all. */
export function resampledInterquartileMean(values: readonly number[]): ResampleStatistic {
  const { sorted, order } = ascendingOrder(values);
  const cut = Math.floor(sorted.length / 4);
  const kept = sorted.length - 2 * cut;
  return (counts, from) => {
    let [skip, left, sum] = [cut, kept, 0];
    for (let i = 0; left > 0; i++) {
      let count = counts[from + order[i]!]!;
      if (skip > 0) {
        const skipped = Math.min(skip, count);
        skip -= skipped;
        count -= skipped;
      }
      if (count > left) count = left;
      sum += count * sorted[i]!;
      left -= count;
    }
    return sum / kept;
  };
}
