import { ascendingOrder } from './ascendingOrder.ts';
import type { ResampleStatistic } from './Resamples.ts';

/** The median of the samples; `Infinity` stands for a right-censored value and may come back. */
export function resampledMedian(values: readonly number[]): ResampleStatistic {
  const { sorted, order } = ascendingOrder(values);
  const [lowerRank, upperRank] = [(values.length - 1) >> 1, values.length >> 1];
  return (counts, from) => {
    let i = 0;
    let seen = counts[from + order[i]!]!;
    while (seen <= lowerRank) seen += counts[from + order[++i]!]!;
    const lower = sorted[i]!;
    while (seen <= upperRank) seen += counts[from + order[++i]!]!;
    const upper = sorted[i]!;
    return lower === upper ? lower : lower + (upper - lower) / 2;
  };
}
