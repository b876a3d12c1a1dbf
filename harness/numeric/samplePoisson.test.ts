import { describe, expect, it } from 'vitest';
import fixtures from './fixtures/poisson/poisson.json' with { type: 'json' };
import { RandomStream } from './RandomStream.ts';
import { samplePoisson } from './samplePoisson.ts';

function samplesAt(mean: number, count: number, name: string): Float32Array {
  return samplePoisson(new Float32Array(count).fill(mean), new RandomStream(7, name));
}

describe('samplePoisson', () => {
  it.each([0.01, 0.1, 1, 9.5, 15.9, 15.999, 16, 16.1, 30, 127.9, 128, 1000, 1e4, 1e5, 1e6])(
    'has the variance of its mean at %f counts',
    (mean) => {
      const count = 1_000_000;
      const exactMean = Math.fround(mean);
      const offset = Math.round(mean);
      let sum = 0;
      let squares = 0;
      for (const sample of samplesAt(mean, count, 'moments')) {
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
    const count = 1_000_000;
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
    // Means as floats are up to 3e-8 off: far below what a million samples can see.
    expect(chiSquared).toBeLessThan(bins.chiSquaredLimit);
  });

  it('draws every pixel from its own mean where the means lie on both sides of a switch', () => {
    const kinds = [0, 0.3, 9, 15, 17, 60, 126, 130, 900];
    const means = Float32Array.from({ length: 9 * 50_000 }, (_, i) => kinds[(i * 7) % 9]!);
    const counts = samplePoisson(means, new RandomStream(5, 'mixed'));
    for (const kind of kinds) {
      const own = counts.filter((_, i) => means[i] === Math.fround(kind));
      const mean = own.reduce((sum, n) => sum + n, 0) / own.length;
      const variance = own.reduce((sum, n) => sum + (n - kind) ** 2, 0) / own.length;
      expect(own.length).toBe(50_000);
      expect(Math.abs(mean - kind)).toBeLessThanOrEqual(4 * Math.sqrt(kind / own.length));
      const varianceError = Math.sqrt((kind + 2 * kind ** 2) / own.length);
      expect(Math.abs(variance - kind)).toBeLessThanOrEqual(4 * varianceError);
    }
  });

  it.each([0.5, 12, 400])('has no memory from pixel to pixel at a mean of %f', (mean) => {
    const count = 400_000;
    const samples = samplesAt(mean, count, 'lags');
    // Neighbours, the four lanes of the kernel, rows of a frame, the portions of 4096.
    for (const lag of [1, 2, 3, 4, 5, 8, 16, 1024, 2048, 4096]) {
      let sum = 0;
      for (let i = lag; i < count; i++) sum += (samples[i]! - mean) * (samples[i - lag]! - mean);
      const correlation = sum / (count - lag) / mean;
      expect(Math.abs(correlation)).toBeLessThan(4 / Math.sqrt(count));
    }
  });

  it('shares nothing between streams with neighbouring names', () => {
    const count = 200_000;
    const [a, b] = [0, 1].map((index) =>
      samplePoisson(new Float32Array(count).fill(400), new RandomStream(7, 'noise', index)),
    );
    const sum = a!.reduce((total, n, i) => total + (n - 400) * (b![i]! - 400), 0);
    expect(Math.abs(sum / count / 400)).toBeLessThan(4 / Math.sqrt(count));
  });

  it('begins with the counts of a shorter array, whatever its length, and takes 16 draws', () => {
    const means = Float32Array.from({ length: 9001 }, (_, i) => (i % 50) * 1.3);
    const all = samplePoisson(means, new RandomStream(3, 'noise', 1));
    for (const length of [0, 1, 2, 3, 4, 5, 4095, 4096, 4097, 8193]) {
      const random = new RandomStream(3, 'noise', 1);
      expect(samplePoisson(means.slice(0, length), random)).toEqual(all.slice(0, length));
      const other = new RandomStream(3, 'noise', 1);
      for (let i = 0; i < 16; i++) other.nextInt32();
      expect(random.nextInt32()).toBe(other.nextInt32());
    }
  });

  it('gives 0 at a mean of 0 and survives means that no float can count', () => {
    expect(samplesAt(0, 100_000, 'zero').every((n) => n === 0)).toBe(true);
    for (const n of samplesAt(1e9, 10_000, 'large')) {
      expect(Math.abs(n - 1e9)).toBeLessThan(7 * Math.sqrt(1e9));
    }
  });

  it('keeps its values from version to version', () => {
    const means = Float32Array.of(0.2, 4, 9.75, 15.75, 20, 80, 200, 700, 1500, 1e5);
    expect([...samplePoisson(means, new RandomStream(1, 'noise', 0))]).toMatchInlineSnapshot(`
      [
        1,
        7,
        9,
        14,
        24,
        79,
        194,
        731,
        1592,
        99421,
      ]
    `);
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
