import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { benjaminiHochbergAdjust, holmAdjust } from './adjustPValues.ts';
import { incompleteBeta } from './incompleteBeta.ts';
import { mcNemarTest } from './mcNemarTest.ts';
import { normalCdf, normalQuantile } from './normalDistribution.ts';
import { pairedProportionInterval } from './pairedProportionInterval.ts';
import { leastPairsThatDiffer, pairsToDecide } from './pairsToDecide.ts';
import { wilcoxonSignedRank } from './wilcoxonSignedRank.ts';

interface Oracle {
  readonly normal: [number, number][];
  readonly normalQuantile: [number, number][];
  readonly beta: [number, number, number, number][];
  readonly mcNemar: [number, number, number][];
  readonly wilcoxon: {
    name: string;
    differences: number[];
    statistic: number;
    pValue: number;
    method: string;
  }[];
  readonly pValues: number[];
  readonly holm: number[];
  readonly benjaminiHochberg: number[];
  readonly pairedProportions: {
    onlyFirst: number;
    onlySecond: number;
    pairs: number;
    low: number;
    high: number;
  }[];
}

const oracle: Oracle = JSON.parse(
  readFileSync(new URL('./fixtures/inference/inference.json', import.meta.url), 'utf8'),
);

/** Relative, for numbers of any size. */
const close = (value: number, expected: number, tolerance = 1e-12) =>
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(tolerance * Math.abs(expected));

describe('distributions agree with SciPy', () => {
  it.each(oracle.normal)('normal: below %d', (x, expected) => close(normalCdf(x), expected));

  it.each(oracle.normalQuantile)('normal: quantile of %d', (probability, expected) => {
    expect(normalQuantile(probability)).toBeCloseTo(expected, 12);
  });

  it.each(oracle.beta)('beta: below %d with %d and %d', (x, a, b, expected) => {
    close(incompleteBeta(x, a, b), expected, 1e-11);
  });

  it('refuse what has no answer', () => {
    expect(() => normalCdf(Number.NaN)).toThrow('x must be a number. Received NaN');
    expect(() => normalQuantile(1.1)).toThrow('probability must be in [0, 1]. Received 1.1');
    expect(() => incompleteBeta(2, 1, 1)).toThrow('x must be in [0, 1]. Received 2');
  });
});

describe('mcNemarTest', () => {
  it.each(oracle.mcNemar)('of %d and %d agrees with statsmodels', (b, c, expected) => {
    close(mcNemarTest(b, c), expected, 1e-10);
    close(mcNemarTest(c, b), expected, 1e-10);
  });

  it('cannot come below 0.05 with fewer than six discordant pairs', () => {
    expect(mcNemarTest(5, 0)).toBeCloseTo(0.0625, 14);
    expect(mcNemarTest(6, 0)).toBeCloseTo(0.03125, 14);
    expect(leastPairsThatDiffer(0.05)).toBe(6);
    expect(leastPairsThatDiffer(0.05 / 8)).toBe(9);
  });

  it('refuses counts that are none', () => {
    expect(() => mcNemarTest(1.5, 0)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: onlyFirst must be a whole number >= 0. Received 1.5]`,
    );
  });
});

describe('wilcoxonSignedRank', () => {
  it.each(oracle.wilcoxon)('$name: agrees with SciPy', (expected) => {
    const result = wilcoxonSignedRank(expected.differences);
    expect(Math.min(result.positiveRanks, result.negativeRanks)).toBe(expected.statistic);
    expect(result.method).toBe(expected.method);
    close(result.pValue, expected.pValue, 1e-12);
  });

  it('says nothing where nothing differs', () => {
    expect(wilcoxonSignedRank([0, 0, 0])).toMatchObject({ pValue: 1, nonZero: 0, zeros: 3 });
  });

  it('is not much different beyond the exact range', () => {
    const differences = Array.from({ length: 50 }, (_, i) => (i % 3 === 0 ? -i - 1 : i + 1.5));
    const exact = wilcoxonSignedRank(differences);
    const normal = wilcoxonSignedRank([...differences, 1e-3]);
    expect([exact.method, normal.method]).toEqual(['exact', 'normal']);
    expect(Math.abs(exact.pValue - normal.pValue)).toBeLessThan(3e-3);
  });

  it('ranks infinite differences above all others and refuses NaN', () => {
    const { positiveRanks } = wilcoxonSignedRank([-1, 2, Number.POSITIVE_INFINITY]);
    expect(positiveRanks).toBe(5);
    expect(() => wilcoxonSignedRank([1, Number.NaN])).toThrow('difference 1 must be a number');
  });
});

describe('adjusted p values agree with statsmodels', () => {
  it('after Holm, and after Benjamini and Hochberg', () => {
    const both = [
      [holmAdjust(oracle.pValues), oracle.holm],
      [benjaminiHochbergAdjust(oracle.pValues), oracle.benjaminiHochberg],
    ] as const;
    for (const [adjusted, expected] of both) {
      for (const [i, value] of adjusted.entries()) expect(value).toBeCloseTo(expected[i] ?? 0, 14);
    }
  });

  it('of none are none, and what is no probability is refused', () => {
    expect(holmAdjust([])).toEqual([]);
    expect(() => holmAdjust([0.1, 1.1])).toThrow('p value 1 must be in [0, 1]. Received 1.1');
  });
});

describe('pairedProportionInterval', () => {
  it.each(oracle.pairedProportions)(
    'of $onlyFirst and $onlySecond in $pairs agrees with a maximised likelihood',
    ({ onlyFirst, onlySecond, pairs, low, high }) => {
      const interval = pairedProportionInterval(onlyFirst, onlySecond, pairs);
      expect(interval.low).toBeCloseTo(low, 6);
      expect(interval.high).toBeCloseTo(high, 6);
    },
  );

  it('keeps a width without discordant pairs, and mirrors', () => {
    const none = pairedProportionInterval(0, 0, 100);
    expect(none.high).toBeCloseTo(3.8415 / 103.8415, 5);
    expect(none.low).toBe(-none.high);
    const { low, high } = pairedProportionInterval(5, 2, 40);
    const mirrored = pairedProportionInterval(2, 5, 40);
    expect(mirrored.low).toBeCloseTo(-high, 12);
    expect(mirrored.high).toBeCloseTo(-low, 12);
  });

  it('ends where every pair is discordant, and refuses more of them than pairs', () => {
    expect(pairedProportionInterval(5, 0, 5).high).toBe(1);
    expect(() => pairedProportionInterval(3, 3, 5)).toThrow('at most 5 pairs. Received 6');
  });
});

describe('pairsToDecide', () => {
  it.each([
    ['success, margin 5 points, 5 % discordant', Math.sqrt(0.05), 0.05, 157],
    ['the same, 10 % discordant', Math.sqrt(0.1), 0.05, 314],
    ['margin 2 points, 5 % discordant', Math.sqrt(0.05), 0.02, 982],
    ['margin 1 point, 2 % discordant', Math.sqrt(0.02), 0.01, 1570],
    ['a mean, margin 0.5 SD', 1, 0.5, 32],
    ['a mean, margin 0.3 SD', 1, 0.3, 88],
    ['a mean, margin 0.2 SD', 1, 0.2, 197],
    ['a mean, margin 0.1 SD', 1, 0.1, 785],
  ])('%s: the planning number', (_question, sd, margin, pairs) => {
    expect(pairsToDecide(sd, 0, margin)).toBe(pairs);
  });

  it('needs more the nearer the difference is to the margin', () => {
    expect(pairsToDecide(1, 0.2, 0.3)).toBeGreaterThan(pairsToDecide(1, 0.1, 0.3));
    expect(pairsToDecide(1, 0.3, 0.3)).toBe(Number.POSITIVE_INFINITY);
    expect(pairsToDecide(0, 0.1, 0.3)).toBe(1);
  });
});
