import { RandomStream } from '../../numeric/index.ts';
import { type Interval, Resamples, resampledInterquartileMean } from '../../statistics/index.ts';
import { valueDifference } from '../valueDifference.ts';

/** Expected interquartile mean of exponential values of mean 1. */
const truth = (() => {
  const [from, to] = [Math.log(4 / 3), Math.log(4)];
  return 2 * (0.75 * (from + 1) - 0.25 * (to + 1));
})();

function exponential(random: RandomStream): number {
  return -Math.log(1 - random.uniform());
}

/**
 * Whether the summary's interval of an interquartile mean holds the truth, set by set: skewed values of
 * so many trajectories.
 */
export function* summaryCoverage(trajectories: number): Generator<boolean> {
  for (let set = 0; ; set++) {
    const random = new RandomStream(1, 'summary', trajectories, set);
    const values = Array.from({ length: trajectories }, () => exponential(random));
    const resamples = new Resamples(trajectories, random);
    yield holds(resamples.interval(resampledInterquartileMean(values)), truth);
  }
}

/**
 * Whether the gate's interval of a difference holds the truth, which is none, set by set: places with
 * two pairs each, of which the sides share half of what makes them hard.
 */
export function* gateCoverage(pairs: number, kind: 'iqm' | 'p95'): Generator<boolean> {
  for (let set = 0; ; set++) {
    const random = new RandomStream(1, 'gate', kind, pairs, set);
    const clusters = Array.from({ length: pairs / 2 }, () => {
      const place = exponential(random);
      const value = () => place + exponential(random);
      return { values: [0, 1].map(() => ({ base: value(), candidate: value() })) };
    });
    const { interval } = valueDifference([clusters], { kind, better: 'lower' }, random);
    yield holds(interval, 0);
  }
}

function holds({ low, high }: Interval, value: number): boolean {
  return low <= value && value <= high;
}
