import { mean } from './mean.ts';

/**
 * Interquartile mean: the mean of the values left after a quarter of the values, rounded down, has
 * been taken off each end. As robust to a few runaways as the median, yet it uses half of the data.
 *
 * Same definition as `scipy.stats.trim_mean(values, 0.25)`; nothing is cut below four values.
 *
 * @param values - At least one number, any unit, any order; left unchanged.
 * @throws RangeError if `values` is empty.
 * @see Agarwal et al. 2021, Deep RL at the edge of the statistical precipice (NeurIPS)
 */
export function interquartileMean(values: ArrayLike<number>): number {
  return interquartileMeanOfAscending(Float64Array.from(values).sort());
}

/** As `interquartileMean`, for values that are already in ascending order; not checked. */
export function interquartileMeanOfAscending(ascending: Float64Array): number {
  const cut = Math.floor(ascending.length / 4);
  return mean(ascending.subarray(cut, ascending.length - cut));
}
