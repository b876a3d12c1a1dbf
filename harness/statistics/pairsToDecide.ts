import { normal80, normal975 } from './normalDistribution.ts';

/**
 * Pairs from which on an interval (95 %) of a mean paired difference lies below a margin with a
 * probability of 80 %, in normal approximation.
 *
 * @param sd - Standard deviation of the differences over pairs, >= 0; for a difference of two
 *   proportions the root of the share of discordant pairs less the difference squared.
 * @param difference - Its expected value; at the margin no number of pairs decides.
 * @param margin - In the unit of the other two.
 * @returns A whole number, at least 1; `Infinity` at the margin. Beyond it, the number of pairs
 *   that shows that.
 * @throws RangeError if an argument is not a finite number or `sd` is negative.
 */
export function pairsToDecide(sd: number, difference: number, margin: number): number {
  if (!(sd >= 0) || ![sd, difference, margin].every(Number.isFinite)) {
    throw new RangeError(
      `sd, difference and margin must be finite, sd >= 0. Received ${sd}, ${difference}, ${margin}`,
    );
  }
  const distance = margin - difference;
  if (distance === 0) return Number.POSITIVE_INFINITY;
  return Math.max(1, Math.ceil(((normal975 + normal80) * (sd / distance)) ** 2));
}

/**
 * Least number of pairs that differ (discordant for McNemar, not tied for Wilcoxon) with which an
 * exact two-sided test can come below alpha at all: with fewer, no result would be one.
 *
 * @param alpha - In (0, 1); of a family of m tests after Holm, the first has alpha / m.
 * @throws RangeError if out of range.
 * @example
 * leastPairsThatDiffer(0.05); // 6: 2 * 0.5^6 = 0.031
 */
export function leastPairsThatDiffer(alpha: number): number {
  if (!(alpha > 0 && alpha < 1)) throw new RangeError(`alpha must be in (0, 1). Received ${alpha}`);
  let pairs = 1;
  while (2 * 0.5 ** pairs >= alpha) pairs++;
  return pairs;
}
