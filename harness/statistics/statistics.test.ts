import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { interquartileMean } from './interquartileMean.ts';
import { leastSquaresLine } from './leastSquaresLine.ts';
import { mean } from './mean.ts';
import { median } from './median.ts';
import { quantile } from './quantile.ts';
import { sampleSd } from './sampleSd.ts';
import { wilsonInterval } from './wilsonInterval.ts';

interface Oracle {
  readonly samples: Record<
    string,
    {
      readonly values: number[];
      readonly mean: number;
      readonly sd: number | null;
      readonly median: number;
      readonly quantiles: [number, number][];
      readonly iqm: number;
    }
  >;
  readonly lines: { x: number[]; y: number[]; slope: number; offset: number }[];
  readonly wilson: { successes: number; trials: number; low: number; high: number }[];
}

const oracle: Oracle = JSON.parse(
  readFileSync(new URL('./fixtures/statistics.json', import.meta.url), 'utf8'),
);

describe('point estimates agree with NumPy and SciPy', () => {
  for (const [name, sample] of Object.entries(oracle.samples)) {
    it(`on the sample "${name}"`, () => {
      const scale = Math.max(...sample.values.map(Math.abs));
      const near = (value: number, expected: number) =>
        expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-14 * scale);
      near(mean(sample.values), sample.mean);
      near(median(sample.values), sample.median);
      near(interquartileMean(sample.values), sample.iqm);
      for (const [probability, expected] of sample.quantiles) {
        near(quantile(sample.values, probability), expected);
      }
      if (sample.sd !== null) {
        // The mean of 1e9-sized values is rounded to 1e-7, hence not 1e-14 of the spread.
        expect(Math.abs(sampleSd(sample.values) / sample.sd - 1)).toBeLessThan(1e-9);
      }
    });
  }

  it('leave the values as they were', () => {
    const values = [3, 1, 2];
    median(values);
    interquartileMean(values);
    expect(values).toEqual([3, 1, 2]);
  });

  it('sampleSd of 2, 4, 4, 4, 5, 5, 7, 9 is the root of 32 / 7', () => {
    expect(sampleSd([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(Math.sqrt(32 / 7), 14);
  });

  it('interquartileMean ignores a runaway that carries the mean away', () => {
    expect(interquartileMean([1, 2, 3, 1e6])).toBe(2.5);
  });

  it('refuse what has no answer', () => {
    expect(() => mean([])).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: mean needs at least 1 value. Received 0]`,
    );
    expect(() => median([])).toThrow(RangeError);
    expect(() => sampleSd([1])).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: sampleSd needs at least 2 values. Received 1]`,
    );
    expect(() => quantile([1], 1.5)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: probability must be in [0, 1]. Received 1.5]`,
    );
  });
});

describe('leastSquaresLine', () => {
  it.each(oracle.lines)('agrees with SciPy (slope $slope)', ({ x, y, slope, offset }) => {
    const line = leastSquaresLine(x, y);
    expect(line.slope).toBeCloseTo(slope, 9);
    expect(line.offset / offset).toBeCloseTo(1, 9);
  });

  it('refuses what makes no line', () => {
    expect(() => leastSquaresLine([1, 1], [2, 3])).toThrow('two different values');
    expect(() => leastSquaresLine([1, 2], [2])).toThrow('of one length. Received 2 and 1');
  });
});

describe('a median of censored values', () => {
  it('is finite while more than half are known', () => {
    expect(median([2, Number.POSITIVE_INFINITY, 1])).toBe(2);
  });

  it('is infinite when the middle pair needs a censored one', () => {
    expect(median([1, Number.POSITIVE_INFINITY])).toBe(Number.POSITIVE_INFINITY);
    const never = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    expect(median(never)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('wilsonInterval', () => {
  it.each(oracle.wilson)('of $successes of $trials agrees with SciPy', (expected) => {
    const { low, high } = wilsonInterval(expected.successes, expected.trials);
    expect(low).toBeCloseTo(expected.low, 13);
    expect(high).toBeCloseTo(expected.high, 13);
  });

  it('refuses counts that are none', () => {
    expect(() => wilsonInterval(1, 0)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: trials must be a whole number >= 1. Received 0]`,
    );
    expect(() => wilsonInterval(4, 3)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: successes must be a whole number in [0, 3]. Received 4]`,
    );
  });
});
