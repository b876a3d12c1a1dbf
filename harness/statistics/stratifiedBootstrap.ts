import type { RandomStream } from '../numeric/index.ts';
import type { Interval } from './Interval.ts';
import { normalCdf, normalQuantile } from './normalDistribution.ts';
import { drawIndex } from './resampling/drawIndex.ts';
import { intervalOfAscending, percentileRanks } from './resampling/intervalOfAscending.ts';

/** Samples drawn independently of each other: strata, or the two sides of an unpaired comparison. */
export type Samples<Unit> = readonly (readonly Unit[])[];

/** What {@link stratifiedBootstrap} needs. */
interface BootstrapOptions<Unit> {
  /**
   * What is drawn as a whole, by stratum: the smallest thing that is independent of the others. Of a
   * paired comparison a unit holds both sides; where several results share a specimen's place, all
   * of them. No stratum may be empty.
   */
  readonly samples: Samples<Unit>;
  /** Receives samples of the same sizes; must not keep or change them. Never NaN. */
  readonly statistic: (samples: Samples<Unit>) => number;
  /**
   * `percentile`, or `bca`: corrected for bias and for a spread that changes with the value, better
   * from about 50 units on, unsteady below.
   */
  readonly method: 'percentile' | 'bca';
  /** The stream named `bootstrap`; one draw per unit and resample. */
  readonly random: RandomStream;
  readonly resamples?: number;
}

/** Outcome of {@link stratifiedBootstrap}. */
interface BootstrapResult {
  /** The statistic of the samples as they are. */
  readonly estimate: number;
  readonly interval: Interval;
  /** Standard deviation of the statistic over the resamples; NaN where one is infinite. */
  readonly standardError: number;
  /**
   * Two-sided probability of a value as far from 0, read off the resamples: twice the share on the
   * smaller side of 0, at least 2 / (resamples + 1). 1 where all resamples are 0.
   */
  readonly pValue: number;
}

/** The rank of a 2.5 % point then has a Monte-Carlo standard error of 0.16 percentage points. */
const defaultResamples = 10_000;

/**
 * Bootstrap interval (95 %) of any statistic of samples that are resampled each for itself, so that
 * every stratum keeps its size. The same stream yields the same bytes, on every machine.
 *
 * With infinite values in the statistic an end may be infinite, and BCa falls back to percentiles.
 * Where every resample gives the same value, the interval has no width: it knows only what the
 * data hold, not what they might have held.
 *
 * @throws RangeError if a sample is empty, there is none, or the statistic is not a number.
 * @see Efron 1987, J. Am. Stat. Assoc. 82:171; Davison and Hinkley 1997, sections 3.2 and 5.3
 */
export function stratifiedBootstrap<Unit>({
  samples,
  statistic,
  method,
  random,
  resamples = defaultResamples,
}: BootstrapOptions<Unit>): BootstrapResult {
  if (samples.length === 0) throw new RangeError('samples must hold at least 1 sample. Received 0');
  for (const [i, sample] of samples.entries()) {
    if (sample.length === 0) throw new RangeError(`sample ${i} must not be empty`);
  }
  if (!Number.isInteger(resamples) || resamples < 1) {
    throw new RangeError(`resamples must be a whole number >= 1. Received ${resamples}`);
  }
  const checked = (of: Samples<Unit>): number => {
    const value = statistic(of);
    if (Number.isNaN(value)) throw new RangeError('the statistic must be a number. Received NaN');
    return value;
  };
  const estimate = checked(samples);
  const drawn = samples.map((sample) => [...sample]);
  const values = new Float64Array(resamples);
  for (let round = 0; round < resamples; round++) {
    for (const [i, sample] of samples.entries()) {
      const into = drawn[i]!;
      for (let draw = 0; draw < sample.length; draw++) {
        into[draw] = sample[drawIndex(sample.length, random)]!;
      }
    }
    values[round] = checked(drawn);
  }
  values.sort();
  const ranks = method === 'bca' ? bcaRanks(samples, checked, values, estimate) : percentileRanks;
  return {
    estimate,
    interval: intervalOfAscending(values, ranks),
    standardError: spread(values),
    pValue: signProbability(values),
  };
}

/** Which quantiles of the resamples are the ends of the BCa interval. */
function bcaRanks<Unit>(
  samples: Samples<Unit>,
  statistic: (samples: Samples<Unit>) => number,
  ascending: Float64Array,
  estimate: number,
): readonly [number, number] {
  const acceleration = accelerationOf(samples, statistic);
  const bias = normalQuantile(shareBelow(ascending, estimate));
  if (!Number.isFinite(acceleration) || !Number.isFinite(bias)) return percentileRanks;
  const rank = (probability: number): number => {
    const score = bias + normalQuantile(probability);
    return normalCdf(bias + score / (1 - acceleration * score));
  };
  return [rank(percentileRanks[0]), rank(percentileRanks[1])];
}

/** Ties count half, as in SciPy. */
function shareBelow(ascending: Float64Array, value: number): number {
  let less = 0;
  let equal = 0;
  for (const one of ascending) {
    if (one < value) less++;
    else if (one === value) equal++;
  }
  return (less + equal / 2) / ascending.length;
}

/** From the statistic without each unit in turn; several samples after Davison and Hinkley (5.26). */
function accelerationOf<Unit>(
  samples: Samples<Unit>,
  statistic: (samples: Samples<Unit>) => number,
): number {
  let cubes = 0;
  let squares = 0;
  for (const [i, sample] of samples.entries()) {
    const count = sample.length;
    if (count < 2) continue;
    const left = sample.map((_unit, leftOut) =>
      statistic(samples.with(i, sample.toSpliced(leftOut, 1))),
    );
    const centre = left.reduce((sum, value) => sum + value / count, 0);
    for (const value of left) {
      const influence = ((count - 1) * (centre - value)) / count;
      cubes += influence ** 3;
      squares += influence ** 2;
    }
  }
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}

function spread(values: Float64Array): number {
  if (!Number.isFinite(values[0]) || !Number.isFinite(values[values.length - 1])) return Number.NaN;
  const centre = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return Math.sqrt(square / Math.max(1, values.length - 1));
}

function signProbability(values: Float64Array): number {
  let atMost = 0;
  let atLeast = 0;
  for (const value of values) {
    if (value <= 0) atMost++;
    if (value >= 0) atLeast++;
  }
  return Math.min(1, (2 * (Math.min(atMost, atLeast) + 1)) / (values.length + 1));
}
