import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../numeric/index.ts';
import { expectedRunningTime } from '../fixedTarget.ts';
import type { Interval } from '../Interval.ts';
import { interquartileMean } from '../interquartileMean.ts';
import { leastSquaresLine } from '../leastSquaresLine.ts';
import { median } from '../median.ts';
import { quantile } from '../quantile.ts';
import { stratifiedBootstrap } from '../stratifiedBootstrap.ts';
import { intervalOfAscending } from './intervalOfAscending.ts';
import { bootstrapResamples, Resamples, resamplesOf } from './Resamples.ts';
import { resampledInterquartileMean } from './resampledInterquartileMean.ts';
import { resampledLine } from './resampledLine.ts';
import { resampledQuantile } from './resampledQuantile.ts';
import { resampledRunningTime } from './resampledRunningTime.ts';

interface Oracle {
  readonly samples: Record<string, { readonly values: number[] }>;
  readonly bootstrap: {
    readonly sample: string;
    readonly statistic: 'median' | 'iqm';
    readonly low: number;
    readonly high: number;
    readonly standardError: number;
  }[];
}
const oracle: Oracle = JSON.parse(
  readFileSync(new URL('../fixtures/statistics.json', import.meta.url), 'utf8'),
);
const stream = (seed = 1) => new RandomStream(seed, 'bootstrap');
const ascending = (count: number) => {
  const random = new RandomStream(7, 'values', count);
  return Array.from({ length: count }, () => random.normal() ** 2).sort((p, q) => p - q);
};
const close = ({ low, high }: Interval) => ({
  low: Number.isFinite(low) ? expect.closeTo(low, 12) : low,
  high: Number.isFinite(high) ? expect.closeTo(high, 12) : high,
});

/** The general bootstrap of the same units from the same stream. */
const bootstrap = <Unit>(units: readonly Unit[], of: (sample: readonly Unit[]) => number) =>
  close(
    stratifiedBootstrap({
      samples: [units],
      statistic: ([sample = []]) => of(sample),
      method: 'percentile',
      random: stream(),
      resamples: bootstrapResamples,
    }).interval,
  );

describe('Resamples', () => {
  it.each(oracle.bootstrap)('the $statistic of "$sample" agrees with SciPy', (expected) => {
    const { values } = oracle.samples[expected.sample]!;
    const statistic = {
      median: (of: readonly number[]) => resampledQuantile(of, 0.5),
      iqm: resampledInterquartileMean,
    };
    const resamples = new Resamples(values.length, stream());
    const interval = resamples.interval(statistic[expected.statistic](values));
    // 2000 resamples place an end within about 0.06 standard errors (one SD); four of them allowed.
    expect(Math.abs(interval.low - expected.low)).toBeLessThan(0.25 * expected.standardError);
    expect(Math.abs(interval.high - expected.high)).toBeLessThan(0.25 * expected.standardError);
  });

  it.each([1, 2, 3, 4, 5, 9, 30, 600])('%i values: as the bootstrap of each statistic', (count) => {
    const values = ascending(count);
    const resamples = new Resamples(count, stream());
    expect(resamples.interval(resampledInterquartileMean(values))).toEqual(
      bootstrap(values, interquartileMean),
    );
    const censored = [...values.slice(1), Number.POSITIVE_INFINITY];
    expect(resamples.interval(resampledQuantile(censored, 0.5))).toEqual(
      bootstrap(censored, median),
    );
  });

  it('units of many values: as the bootstrap of units', () => {
    const random = new RandomStream(5, 'units');
    const units = Array.from({ length: 60 }, () => {
      const shared = random.normal();
      return Array.from({ length: random.integerBelow(30) + 1 }, () => shared + random.normal());
    });
    const unitOf = units.flatMap((values, unit) => values.map(() => unit));
    const resamples = new Resamples(units.length, stream());
    expect(resamples.interval(resampledInterquartileMean(units.flat(), unitOf))).toEqual(
      bootstrap(units, (drawn) => interquartileMean(drawn.flat())),
    );
    for (const probability of [0.5, 0.95]) {
      expect(resamples.interval(resampledQuantile(units.flat(), probability, unitOf))).toEqual(
        bootstrap(units, (drawn) => quantile(drawn.flat(), probability)),
      );
    }
  });

  it('finds a quantile that lies far from its place in the whole, and infinite values', () => {
    const values = [...ascending(200), ...new Array<number>(200).fill(Number.POSITIVE_INFINITY)];
    const unitOf = values.map((_, i) => Math.floor(i / 100));
    const quartets = [0, 100, 200, 300].map((from) => values.slice(from, from + 100));
    const resamples = new Resamples(4, stream());
    expect(resamples.interval(resampledInterquartileMean(values, unitOf))).toEqual(
      bootstrap(quartets, (drawn) => interquartileMean(drawn.flat())),
    );
    expect(resamples.interval(resampledQuantile(values, 0.5, unitOf))).toEqual(
      bootstrap(quartets, (drawn) => median(drawn.flat())),
    );
  });

  it.each([4000, 100_000])('of %i trajectories enough are drawn for 95 % within 1.5', (count) => {
    const drawn = resamplesOf(count);
    expect(drawn).toBeGreaterThanOrEqual(400);
    expect(drawn).toBeLessThan(bootstrapResamples);
    // The truth as likely in any place among the resamples: told in shares of it, the width is the coverage.
    const places = Float64Array.from({ length: drawn }, (_, i) => (i + 1) / (drawn + 1));
    const { low, high } = intervalOfAscending(places);
    expect(high - low).toBeGreaterThan(0.935);
    expect(high - low).toBeLessThan(0.965);
  });

  it('lines: as the bootstrap of points', () => {
    const x = ascending(24);
    const noise = new RandomStream(3, 'noise');
    const y = x.map((value) => 0.9 * value + 0.3 + 0.1 * noise.normal());
    const points = x.map((value, i) => ({ x: value, y: y[i]! }));
    for (const quantity of ['slope', 'offset'] as const) {
      expect(new Resamples(24, stream()).interval(resampledLine(x, y, quantity))).toEqual(
        bootstrap(
          points,
          (drawn) =>
            leastSquaresLine(
              drawn.map((point) => point.x),
              drawn.map((point) => point.y),
            )[quantity],
        ),
      );
    }
  });

  it('running times: as the bootstrap of runs, infinite where a sample may hold no success', () => {
    for (const reachedUpTo of [1, 6, 9]) {
      const runs = ascending(9).map((spent, i) => ({ spent, reached: i < reachedUpTo }));
      expect(new Resamples(9, stream()).interval(resampledRunningTime(runs))).toEqual(
        bootstrap(runs, expectedRunningTime),
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
