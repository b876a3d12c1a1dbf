import type { Interval } from './Interval.ts';
import { normal975 as z } from './normalDistribution.ts';

/**
 * Wilson's score interval (95 %) of a fraction. Unlike the textbook interval it stays inside
 * [0, 1] and keeps a width when all or none succeeded.
 *
 * @param successes - Whole number in [0, trials].
 * @param trials - Whole number >= 1; independent of each other.
 * @throws RangeError if an argument is outside the range given above.
 * @see Wilson 1927, J. Am. Stat. Assoc. 22:209
 */
export function wilsonInterval(successes: number, trials: number): Interval {
  if (!Number.isInteger(trials) || trials < 1) {
    throw new RangeError(`trials must be a whole number >= 1. Received ${trials}`);
  }
  if (!Number.isInteger(successes) || successes < 0 || successes > trials) {
    throw new RangeError(
      `successes must be a whole number in [0, ${trials}]. Received ${successes}`,
    );
  }
  const fraction = successes / trials;
  const shrink = 1 + (z * z) / trials;
  const centre = (fraction + (z * z) / (2 * trials)) / shrink;
  const half =
    (z / shrink) * Math.sqrt((fraction * (1 - fraction)) / trials + (z / (2 * trials)) ** 2);
  // At the ends the formula is exactly 0 or 1; rounding must not push it past.
  return {
    low: successes === 0 ? 0 : centre - half,
    high: successes === trials ? 1 : centre + half,
  };
}
