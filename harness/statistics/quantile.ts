import { quantileOfAscending } from './quantileOfAscending.ts';

/**
 * Quantile of values in any order; definition and censoring as in `quantileOfAscending`.
 *
 * @param values - At least one number, any unit; left unchanged.
 * @param probability - In [0, 1]; 0.5 is the median.
 * @throws RangeError if `values` is empty or `probability` out of range.
 */
export function quantile(values: ArrayLike<number>, probability: number): number {
  return quantileOfAscending(Float64Array.from(values).sort(), probability);
}
