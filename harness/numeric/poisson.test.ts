import { describe, expect, it } from 'vitest';
import fixtures from './fixtures/poisson/poisson.json' with { type: 'json' };
import { poissonSample, samplePoisson } from './poisson.ts';
import { RandomStream } from './RandomStream.ts';

function samplesAt(mean: number, count: number, name: string): Float32Array {
  return samplePoisson(new Float32Array(count).fill(mean), new RandomStream(7, name));
}

describe('samplePoisson', () => {
  it.each([0.1, 1, 9.5, 9.99, 10, 10.01, 10.5, 30, 100, 1000, 1e4, 1e6])(
    'has the variance of its mean at %f counts',
    (mean) => {
      const count = 300_000;
      const exactMean = Math.fround(mean);
      const samples = samplesAt(mean, count, 'moments');
      const offset = Math.round(mean);
      let sum = 0;
      let squares = 0;
      for (const sample of samples) {
        sum += sample - offset;
        squares += (sample - offset) ** 2;
      }
      const sampleMean = offset + sum / count;
      const variance = (squares - sum ** 2 / count) / (count - 1);
      // Four standard errors; the fourth central moment of a Poisson count is m + 3 m^2.
      expect(Math.abs(sampleMean - exactMean)).toBeLessThan(4 * Math.sqrt(exactMean / count));
      const varianceError = Math.sqrt((exactMean + 2 * exactMean ** 2) / count);
      expect(Math.abs(variance - exactMean)).toBeLessThan(4 * varianceError);
    },
  );

  it.each(fixtures.bins)('follows the exact probabilities at a mean of $mean', (bins) => {
    const count = 400_000;
    const found = new Array<number>(bins.probabilities.length).fill(0);
    for (const sample of samplesAt(bins.mean, count, 'chi-squared')) {
      const bin = bins.edges.findIndex((edge) => sample < edge);
      const at = bin === -1 ? bins.edges.length : bin;
      found[at] = (found[at] ?? 0) + 1;
    }
    const chiSquared = bins.probabilities.reduce(
      (sum, p, i) => sum + ((found[i] ?? 0) - p * count) ** 2 / (p * count),
      0,
    );
    // The mean of 0.1 as a float is 1.5e-8 off: far below what 400 000 samples can see.
    expect(chiSquared).toBeLessThan(bins.chiSquaredLimit);
  });

  it('draws the same numbers as one sample after the other', () => {
    const means = Float32Array.of(0, 0.5, 9.99, 10, 250, 3, 2000, 0, 12);
    const random = new RandomStream(3, 'noise', 1);
    const single = Array.from(means, (mean) => poissonSample(mean, random));
    expect([...samplePoisson(means, new RandomStream(3, 'noise', 1))]).toEqual(single);
  });

  it('keeps its values from version to version', () => {
    const means = Float32Array.of(0.2, 4, 9.75, 10.25, 20, 80, 200, 700, 1500, 1e5);
    const random = new RandomStream(1, 'noise', 0);
    expect([...samplePoisson(means, random)]).toMatchInlineSnapshot(`
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

  it('may write over the means', () => {
    const means = Float32Array.of(5, 50, 500);
    const expected = samplePoisson(Float32Array.from(means), new RandomStream(1, 'x'));
    expect(samplePoisson(means, new RandomStream(1, 'x'), means)).toBe(means);
    expect(means).toEqual(expected);
  });

  it.each([Number.NaN, -1e-9, Number.POSITIVE_INFINITY])(
    'refuses a mean of %f before it draws or writes anything',
    (mean) => {
      const random = new RandomStream(1, 'x');
      const out = new Float32Array(3).fill(-1);
      expect(() => samplePoisson(Float32Array.of(5, 50, mean), random, out)).toThrow(
        /^mean must be a finite count >= 0\. Received /,
      );
      expect(() => poissonSample(mean, random)).toThrow(RangeError);
      expect([...out]).toEqual([-1, -1, -1]);
      expect(random.nextInt32()).toBe(new RandomStream(1, 'x').nextInt32());
    },
  );

  it('refuses a result of another length', () => {
    const random = new RandomStream(1, 'x');
    expect(() => samplePoisson(new Float32Array(3), random, new Float32Array(4))).toThrow(
      'out must hold 3 values. Received 4',
    );
  });
});

describe('poissonSample', () => {
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
});
