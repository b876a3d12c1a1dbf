import type { Interval } from './Interval.ts';
import { normal975 as z } from './normalDistribution.ts';

/**
 * Score interval (95 %) of the difference of two proportions in the same n pairs, after Tango: all
 * differences that the score test does not refuse. It keeps a width where no pair is discordant
 * (z^2 / (n + z^2) to either side: 2.1 points with 180 pairs), because what was never seen in n
 * pairs may still happen once in a few n.
 *
 * @param onlyFirst - Pairs in which only the first is true; >= 0, need not be whole (counts that
 *   were scaled down for clusters).
 * @param onlySecond - Pairs in which only the second is true.
 * @param pairs - All pairs, at least the sum of both, above 0.
 * @returns Around `(onlyFirst - onlySecond) / pairs`, in [-1, 1].
 * @throws RangeError if an argument is outside the range given above.
 * @see Tango 1998, Stat. Med. 17:891
 */
export function pairedProportionInterval(
  onlyFirst: number,
  onlySecond: number,
  pairs: number,
): Interval {
  if (!(onlyFirst >= 0 && onlySecond >= 0 && pairs > 0)) {
    throw new RangeError(
      `counts must be >= 0 and pairs above 0. Received ${onlyFirst}, ${onlySecond} and ${pairs}`,
    );
  }
  if (onlyFirst + onlySecond > pairs * (1 + 1e-12)) {
    throw new RangeError(
      `onlyFirst + onlySecond must be at most ${pairs} pairs. Received ${onlyFirst + onlySecond}`,
    );
  }
  const estimate = (onlyFirst - onlySecond) / pairs;
  const refused = (difference: number) =>
    Math.abs(score(onlyFirst, onlySecond, pairs, difference)) > z;
  return { low: bound(estimate, -1, refused), high: bound(estimate, 1, refused) };
}

/** Bisects between an accepted and a refused value until they are equal. */
function bound(accepted: number, end: number, refused: (difference: number) => boolean): number {
  if (!refused(end)) return end;
  let inside = accepted;
  let outside = end;
  for (let round = 0; round < 60; round++) {
    const middle = (inside + outside) / 2;
    if (refused(middle)) outside = middle;
    else inside = middle;
  }
  return (inside + outside) / 2;
}

/** Distance of the data from a difference in standard errors, estimated under that difference. */
function score(first: number, second: number, pairs: number, difference: number): number {
  const distance = first - second - pairs * difference;
  if (distance === 0) return 0;
  // Most likely probability of `onlySecond` where the difference is as given: a quadratic equation.
  const b = -first - second + (2 * pairs - first + second) * difference;
  const c = -second * difference * (1 - difference);
  const q = (Math.sqrt(Math.max(0, b * b - 8 * pairs * c)) - b) / (4 * pairs);
  const variance = pairs * (2 * q + difference * (1 - difference));
  return variance <= 0 ? Math.sign(distance) * Infinity : distance / Math.sqrt(variance);
}
