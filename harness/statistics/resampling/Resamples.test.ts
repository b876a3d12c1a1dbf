import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../numeric/index.ts';
import {
  bootstrapResamples,
  expectedRunningTime,
  type Interval,
  interquartileMeanOfAscending,
  leastSquaresLine,
  quantileOfAscending,
  stratifiedBootstrap,
} from '../index.ts';
import { bootstrapInterval } from '../testing/bootstrapInterval.ts';
import {
  Resamples,
  resampledInterquartileMean,
  resampledLine,
  resampledMedian,
  resampledRunningTime,
} from './index.ts';

const stream = (seed = 1) => new RandomStream(seed, 'bootstrap');
const ascending = (count: number) => {
  const random = new RandomStream(7, 'values', count);
  return Array.from({ length: count }, () => random.normal() ** 2).sort((p, q) => p - q);
};
const close = ({ low, high }: Interval) => ({
  low: Number.isFinite(low) ? expect.closeTo(low, 12) : low,
  high: Number.isFinite(high) ? expect.closeTo(high, 12) : high,
});

describe('Resamples', () => {
  // Of ascending values the bootstrap of a single statistic draws the same samples.
  it.each([1, 2, 3, 4, 5, 9, 30])('%i values: as the bootstrap of each statistic', (count) => {
    const values = ascending(count);
    const resamples = new Resamples(count, stream());
    expect(resamples.interval(resampledInterquartileMean(values))).toEqual(
      close(bootstrapInterval(values, interquartileMeanOfAscending, stream())),
    );
    const censored = [...values.slice(1), Number.POSITIVE_INFINITY];
    const median = (of: Float64Array) => quantileOfAscending(of, 0.5);
    expect(resamples.interval(resampledMedian(censored))).toEqual(
      close(bootstrapInterval(censored, median, stream())),
    );
  });

  it('lines: as the bootstrap of points', () => {
    const x = ascending(24);
    const noise = new RandomStream(3, 'noise');
    const y = x.map((value) => 0.9 * value + 0.3 + 0.1 * noise.normal());
    const indices = x.map((_, i) => i);
    for (const quantity of ['slope', 'offset'] as const) {
      const statistic = (drawn: Float64Array) => {
        const pick = (values: readonly number[]) => Array.from(drawn, (i) => values[i] ?? 0);
        return leastSquaresLine(pick(x), pick(y))[quantity];
      };
      expect(new Resamples(24, stream()).interval(resampledLine(x, y, quantity))).toEqual(
        close(bootstrapInterval(indices, statistic, stream())),
      );
    }
  });

  it('running times: as the bootstrap of runs, infinite where a sample may hold no success', () => {
    for (const reachedUpTo of [1, 6, 9]) {
      const runs = ascending(9).map((spent, i) => ({ spent, reached: i < reachedUpTo }));
      const { interval } = stratifiedBootstrap({
        samples: [runs],
        statistic: ([sample = []]) => expectedRunningTime(sample),
        method: 'percentile',
        random: stream(),
        resamples: bootstrapResamples,
      });
      expect(new Resamples(9, stream()).interval(resampledRunningTime(runs))).toEqual(
        close(interval),
      );
    }
  });

  it('says the same in any order of the values, within what chance makes of 2000 samples', () => {
    const values = ascending(30);
    const of = (some: readonly number[]) =>
      new Resamples(30, stream()).interval(resampledInterquartileMean(some));
    const [forth, back] = [of(values), of(values.toReversed())];
    const width = forth.high - forth.low;
    expect(Math.abs(forth.low - back.low)).toBeLessThan(0.15 * width);
    expect(Math.abs(forth.high - back.high)).toBeLessThan(0.15 * width);
  });

  it('depends on its stream alone, and needs a trajectory', () => {
    const values = ascending(9);
    const of = (seed: number) =>
      new Resamples(9, stream(seed)).interval(resampledInterquartileMean(values));
    expect(of(1)).toEqual(of(1));
    expect(of(1)).not.toEqual(of(2));
    expect(() => new Resamples(0, stream())).toThrow('at least 1 trajectory. Received 0');
  });
});
