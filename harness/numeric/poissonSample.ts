import { assertPoissonMean } from './assertPoissonMean.ts';
import { logPoissonPmf } from './logPoissonPmf.ts';
import type { RandomStream } from './RandomStream.ts';

/** Mean at which the sampler changes its method; both are exact on either side. */
const switchMean = 10;

/**
 * One Poisson-distributed count, by an exact method at any mean: no normal approximation. For the
 * counts of an image see {@link samplePoisson}.
 *
 * Below a mean of 10 inversion by sequential search, from there on transformed rejection with
 * squeeze. A candidate of the latter comes from 32 random bits, so that probabilities are grained
 * by about 6e-10 sqrt(mean), relatively. The number of draws varies.
 *
 * @param mean - Expected count, >= 0; exactly 0 gives 0 without a draw.
 * @throws RangeError if the mean is negative or not finite, before anything is drawn.
 * @see W. Hoermann 1993, The transformed rejection method for generating Poisson random
 *   variables, Insurance: Mathematics and Economics 12, algorithm PTRS.
 */
export function poissonSample(mean: number, random: RandomStream): number {
  assertPoissonMean(mean);
  return mean < switchMean ? invert(mean, random) : transformedRejection(mean, random);
}

/** Sequential search of the cumulative distribution for a uniform number of 53 bits. */
function invert(mean: number, random: RandomStream): number {
  if (mean === 0) return 0;
  let probability = Math.exp(-mean);
  let remainder = random.uniform();
  let count = 0;
  // Below a mean of 10, counts from 100 on have less than 1e-60 of the probability together: only
  // the rounding of the sum could lead there.
  while (remainder >= probability && count < 100) {
    remainder -= probability;
    count++;
    probability *= mean / count;
  }
  return count;
}

/**
 * Algorithm PTRS; the names are those of the publication, and so are all constants but three. With
 * the published 1.1239 + 1.1328 / (b - 3.4) the hat is up to 0.6 % too low at some counts, and with
 * 0.9277 the squeeze too high by 0.004 (fixtures/poisson/check_hat.py, means of 10 to 1e7). The
 * error is below 1e-5 of the probability; the constants here cost 1 % of the speed and have none.
 */
function transformedRejection(mean: number, random: RandomStream): number {
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const squeeze = 0.916 - 3.6224 / (b - 2);
  for (;;) {
    // Both uniform in the open interval: u within (-0.5, 0.5), v within (0, 1).
    const u = (random.nextInt32() + 0.5) * 2 ** -32;
    const v = (random.nextInt32() + (2 ** 31 + 0.5)) * 2 ** -32;
    const us = 0.5 - Math.abs(u);
    const count = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= squeeze) return count;
    if (count < 0 || (us < 0.013 && v > us)) continue;
    const inverseAlpha = 1.1318 + 1.1408 / (b - 3.4);
    const density = Math.log((v * inverseAlpha) / (a / (us * us) + b));
    if (density <= logPoissonPmf(count, mean)) return count;
  }
}
