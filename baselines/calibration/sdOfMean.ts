import { sampleSd } from '../../harness/statistics/index.ts';

/** Standard deviation of the mean of values that scatter independently; at least two. */
export function sdOfMean(values: readonly number[]): number {
  return sampleSd(values) / Math.sqrt(values.length);
}
