import { describe, expect, it } from 'vitest';
import fixtures from './fixtures/poisson/poisson.json' with { type: 'json' };
import { poissonSample } from './poissonSample.ts';
import { RandomStream } from './RandomStream.ts';

describe('poissonSample', () => {
  it.each(fixtures.bins)('follows the exact probabilities at a mean of $mean', (bins) => {
    const count = 200_000;
    const random = new RandomStream(7, 'chi-squared');
    const found = new Array<number>(bins.probabilities.length).fill(0);
    for (let i = 0; i < count; i++) {
      const sample = poissonSample(bins.mean, random);
      const bin = bins.edges.findIndex((edge) => sample < edge);
      const at = bin === -1 ? bins.edges.length : bin;
      found[at] = (found[at] ?? 0) + 1;
    }
    const chiSquared = bins.probabilities.reduce(
      (sum, p, i) => sum + ((found[i] ?? 0) - p * count) ** 2 / (p * count),
      0,
    );
    expect(chiSquared).toBeLessThan(bins.chiSquaredLimit);
  });

  it('keeps its values from version to version', () => {
    const means = [0.2, 4, 9.75, 10.25, 20, 80, 200, 700, 1500, 1e5];
    const random = new RandomStream(1, 'noise', 0);
    expect(means.map((mean) => poissonSample(mean, random))).toMatchInlineSnapshot(`
      [
        1,
        2,
        13,
        10,
        21,
        65,
        191,
        679,
        1530,
        99439,
      ]
    `);
    expect(random.nextInt32()).toMatchInlineSnapshot(`-1654200151`);
  });

  it('gives 0 without a draw at a mean of 0', () => {
    const random = new RandomStream(1, 'x');
    expect(poissonSample(0, random)).toBe(0);
    expect(random.nextInt32()).toBe(new RandomStream(1, 'x').nextInt32());
  });

  it('stays exact where a count no longer fits a float', () => {
    const random = new RandomStream(2, 'large');
    const mean = 1e9;
    const count = 50_000;
    const deviations = Array.from({ length: count }, () => poissonSample(mean, random) - mean);
    const sampleMean = deviations.reduce((sum, d) => sum + d, 0) / count;
    const variance = deviations.reduce((sum, d) => sum + d ** 2, 0) / count;
    expect(deviations.every(Number.isInteger)).toBe(true);
    expect(Math.abs(sampleMean)).toBeLessThan(4 * Math.sqrt(mean / count));
    expect(Math.abs(variance / mean - 1)).toBeLessThan(4 * Math.sqrt(2 / count));
  });

  it.each([Number.NaN, -1e-9, Number.POSITIVE_INFINITY])('refuses a mean of %f', (mean) => {
    const random = new RandomStream(1, 'x');
    expect(() => poissonSample(mean, random)).toThrow(
      /^mean must be a finite count >= 0\. Received /,
    );
    expect(random.nextInt32()).toBe(new RandomStream(1, 'x').nextInt32());
  });
});
