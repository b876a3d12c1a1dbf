import { incompleteBeta } from './incompleteBeta.ts';
import { normalQuantile } from './normalDistribution.ts';

/**
 * The standard normal value that is as rare as a value of Student's t distribution: what a distance in standard
 * deviations is worth when these were estimated from few values.
 *
 * @param t - Finite.
 * @param degrees - Degrees of freedom, above 0.
 * @throws RangeError if out of range.
 */
export function normalScoreOfT(t: number, degrees: number): number {
  if (!Number.isFinite(t)) throw new RangeError(`t must be finite. Received ${t}`);
  if (!(degrees > 0)) throw new RangeError(`degrees must be above 0. Received ${degrees}`);
  if (t === 0) return 0;
  const beyond = incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5) / 2;
  return -Math.sign(t) * normalQuantile(beyond);
}

/** The value of Student's t distribution that is as rare as a standard normal value: the inverse of {@link normalScoreOfT}. */
export function tOfNormalScore(score: number, degrees: number): number {
  if (score === 0) return 0;
  const wanted = Math.abs(score);
  let [low, high] = [0, 1];
  while (normalScoreOfT(high, degrees) < wanted) [low, high] = [high, 2 * high];
  for (let round = 0; round < 60; round++) {
    const middle = (low + high) / 2;
    if (normalScoreOfT(middle, degrees) < wanted) low = middle;
    else high = middle;
  }
  return Math.sign(score) * high;
}
