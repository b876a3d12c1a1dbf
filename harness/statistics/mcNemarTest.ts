import { assertCount } from './assertCount.ts';

/**
 * Exact McNemar test, two-sided: whether two yes-or-no results of the same trajectories differ in
 * how often they are yes. Only the discordant pairs tell: under the null hypothesis each falls on
 * either side with probability 1/2.
 *
 * @param onlyFirst - Pairs in which only the first succeeded: a whole number >= 0.
 * @param onlySecond - Pairs in which only the second succeeded.
 * @returns p in (0, 1]; 1 without discordant pairs. Below 0.05 with six of them at the least.
 * @throws RangeError if a count is none.
 * @see McNemar 1947, Psychometrika 12:153; same as `statsmodels` `mcnemar(exact=True)`
 */
export function mcNemarTest(onlyFirst: number, onlySecond: number): number {
  assertCount('onlyFirst', onlyFirst);
  assertCount('onlySecond', onlySecond);
  const pairs = onlyFirst + onlySecond;
  const fewer = Math.min(onlyFirst, onlySecond);
  // Sum of binomial probabilities from 0 to `fewer`, in logarithms: 0.5^1100 is 0 in a double.
  let logTerm = -pairs * Math.LN2;
  let sum = Math.exp(logTerm);
  for (let k = 1; k <= fewer; k++) {
    logTerm += Math.log((pairs - k + 1) / k);
    sum += Math.exp(logTerm);
  }
  return Math.min(1, 2 * sum);
}
