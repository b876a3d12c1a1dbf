import { quantile } from './quantile.ts';

/**
 * Median of values in any order; the mean of the two middle ones for an even count.
 *
 * @param values - At least one number, any unit; `Infinity` for a right-censored one.
 * @throws RangeError if `values` is empty.
 */
export function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5);
}
