import type { Interval } from '../Interval.ts';
import { quantileOfAscending } from '../quantileOfAscending.ts';

/** Which quantiles of the resamples are the ends of a percentile interval (95 %). */
export const percentileRanks: readonly [low: number, high: number] = [0.025, 0.975];

/** The interval between two quantiles of a statistic over all resamples. */
export function intervalOfAscending(values: Float64Array, [low, high] = percentileRanks): Interval {
  return { low: quantileOfAscending(values, low), high: quantileOfAscending(values, high) };
}
