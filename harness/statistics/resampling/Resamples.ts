import type { RandomStream } from '../../numeric/index.ts';
import type { Interval } from '../Interval.ts';
import { drawIndex } from './drawIndex.ts';
import { intervalOfAscending } from './intervalOfAscending.ts';

/** A rank of the 2.5 % point then has a Monte-Carlo standard error of 0.35 percentage points. */
export const bootstrapResamples = 2000;

/**
 * Of more than 1000 trajectories fewer, at least 400: an end then lies within an eighth of its standard
 * error of where more resamples would place it, and the interval of 5000 is a fiftieth of their spread.
 *
 * Where resamples scatter around the estimate as estimates do around the truth, the truth is as likely
 * in any place among them, and the interval of B resamples holds it with a probability of
 * 1 - 2 (0.025 (B - 1) + 1) / (B + 1): 94.5 % of 400, 94.9 % of 2000, whatever the number of
 * trajectories. Of 800 made-up sets of 4000, 94.5 +- 0.8 % were held, of 200 sets of 100,000, 93.0 +- 1.8 %
 * (`npm run study:coverage`).
 */
export function resamplesOf(trajectories: number): number {
  return Math.min(bootstrapResamples, Math.max(400, Math.floor(2e6 / trajectories)));
}

/**
 * A statistic of one sample, told by how often each trajectory is in it.
 *
 * @param counts - Of all samples, one after the other.
 * @param from - Where the counts of this sample begin: that of trajectory `i` stands at `from + i`.
 */
export type ResampleStatistic = (counts: Uint16Array, from: number) => number;

/**
 * Samples of the same size drawn with replacement from the trajectories of a group, once for
 * everything that is said about it: a percentile bootstrap (95 %) of any number of statistics.
 *
 * A trajectory is drawn with all that belongs to it, so that intervals of several iterations or
 * parameters move together as the data do. And drawing, which takes most of the time of a bootstrap,
 * is done once: a report has thousands of intervals.
 *
 * Of one sample and one statistic `stratifiedBootstrap` has the same interval: it takes any statistic
 * of any number of samples, and draws for each anew.
 *
 * The ends can only be values that the data can make: with few trajectories an interval is too narrow
 * (nine normal values: a 95 % interval of the mean covers 89 %).
 *
 * @see Efron and Tibshirani 1993, An introduction to the bootstrap, section 13.3
 */
export class Resamples {
  readonly #trajectories: number;
  readonly #counts: Uint16Array;
  readonly #values: Float64Array;

  /**
   * @param trajectories - How many there are, at least one.
   * @param random - The stream named `bootstrap`; one draw per trajectory and sample.
   * @throws RangeError if there is none.
   */
  constructor(trajectories: number, random: RandomStream) {
    if (!(trajectories >= 1)) {
      throw new RangeError(`resampling needs at least 1 trajectory. Received ${trajectories}`);
    }
    this.#trajectories = trajectories;
    this.#values = new Float64Array(resamplesOf(trajectories));
    this.#counts = new Uint16Array(this.#values.length * trajectories);
    for (let from = 0; from < this.#counts.length; from += trajectories) {
      for (let draw = 0; draw < trajectories; draw++) {
        this.#counts[from + drawIndex(trajectories, random)]!++;
      }
    }
  }

  /** The 2.5 % and 97.5 % quantiles of a statistic; an end may be infinite where it is. */
  interval(statistic: ResampleStatistic): Interval {
    const values = this.#values;
    for (let sample = 0; sample < values.length; sample++) {
      values[sample] = statistic(this.#counts, sample * this.#trajectories);
    }
    values.sort();
    return intervalOfAscending(values);
  }
}
