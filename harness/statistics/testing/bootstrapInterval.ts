import type { RandomStream } from '../../numeric/index.ts';
import type { Interval } from '../Interval.ts';
import { quantileOfAscending } from '../quantileOfAscending.ts';
import { bootstrapResamples } from '../resampling/index.ts';

/**
 * Percentile bootstrap interval (95 %) of one statistic of independent values, as the book has it; what
 * the faster `Resamples` is held against: `bootstrapResamples`
 * samples of the same size are drawn with replacement, and the 2.5 % and 97.5 % quantiles of their
 * statistics are the ends.
 *
 * The ends can only be values that the data can make: with few values the interval is too narrow
 * (nine normal values: a 95 % interval of the mean covers 89 %, measured on 2000 samples).
 *
 * @param values - One value per independent unit (trajectory), never per patch or frame; at least
 *   one. `Infinity` stands for a right-censored value and may come back as an end.
 * @param statistic - Receives a resample in ascending order; must not keep or change it.
 * @param random - The stream named `bootstrap`; one draw per value and resample.
 * @throws RangeError if `values` is empty.
 * @see Efron and Tibshirani 1993, An introduction to the bootstrap, section 13.3
 */
export function bootstrapInterval(
  values: ArrayLike<number>,
  statistic: (ascending: Float64Array) => number,
  random: RandomStream,
): Interval {
  const count = values.length;
  if (count === 0) throw new RangeError('bootstrapInterval needs at least 1 value. Received 0');
  const sorted = Float64Array.from(values).sort();
  const multiplicity = new Uint32Array(count);
  const resample = new Float64Array(count);
  const statistics = new Float64Array(bootstrapResamples);
  const perInt32 = count / 2 ** 32;
  for (let round = 0; round < bootstrapResamples; round++) {
    multiplicity.fill(0);
    for (let draw = 0; draw < count; draw++) {
      multiplicity[Math.floor((random.nextInt32() >>> 0) * perInt32)]!++;
    }
    // Counting how often each sorted value was drawn yields the resample in order without a sort.
    let filled = 0;
    for (let i = 0; i < count; i++) {
      const end = filled + multiplicity[i]!;
      const value = sorted[i]!;
      while (filled < end) resample[filled++] = value;
    }
    statistics[round] = statistic(resample);
  }
  statistics.sort();
  return {
    low: quantileOfAscending(statistics, 0.025),
    high: quantileOfAscending(statistics, 0.975),
  };
}
