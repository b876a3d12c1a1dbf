import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RandomStream } from './RandomStream.ts';

const first = (count: number, stream: RandomStream) =>
  Array.from({ length: count }, () => stream.nextInt32());

const pathPart = fc.oneof(fc.string({ maxLength: 4 }), fc.integer({ min: 0, max: 99 }));
const path = fc.array(pathPart, { maxLength: 3 });

describe('RandomStream', () => {
  it('repeats itself for the same seed and path', () => {
    fc.assert(
      fc.property(fc.nat(), path, (seed, parts) => {
        expect(first(5, new RandomStream(seed, ...parts))).toEqual(
          first(5, new RandomStream(seed, ...parts)),
        );
      }),
    );
  });

  it('differs for every other seed or path', () => {
    fc.assert(
      fc.property(fc.nat(), path, fc.nat(), path, (seedA, pathA, seedB, pathB) => {
        fc.pre(JSON.stringify([seedA, pathA]) !== JSON.stringify([seedB, pathB]));
        expect(first(4, new RandomStream(seedA, ...pathA))).not.toEqual(
          first(4, new RandomStream(seedB, ...pathB)),
        );
      }),
    );
  });

  it('cannot be made to collide by joining names, indices and seeds', () => {
    const streams = [
      new RandomStream(1, 'noise', 12),
      new RandomStream(1, 'noise', 1, 2),
      new RandomStream(1, 'noise1', 2),
      new RandomStream(1, 'noise', '12'),
      new RandomStream(1, 'noise,12'),
      new RandomStream(1, 'noise', '', 12),
      new RandomStream(1, '"noise",12'),
      new RandomStream(11, 'noise', 2),
      new RandomStream(1),
      new RandomStream(1, ''),
    ];
    const beginnings = streams.map((stream) => first(4, stream).join());
    expect(new Set(beginnings).size).toBe(streams.length);
  });

  it('shares nothing between streams with neighbouring names', () => {
    const count = 20_000;
    const uniforms = ([seed, ...parts]: readonly [number, ...(string | number)[]]) => {
      const stream = new RandomStream(seed, ...parts);
      return Array.from({ length: count }, () => stream.uniform() - 0.5);
    };
    const streams = (
      [
        [1, 'noise', 0],
        [1, 'noise', 1],
        [2, 'noise', 0],
        [1, 'scan', 0],
      ] as const
    ).map(uniforms);
    for (const [i, a] of streams.entries()) {
      for (const b of streams.slice(i + 1)) {
        for (const lag of [0, 1, 2]) {
          let sum = 0;
          for (let n = lag; n < count; n++) sum += (a[n] ?? 0) * (b[n - lag] ?? 0);
          const correlation = (12 * sum) / (count - lag);
          expect(Math.abs(correlation)).toBeLessThan(4 / Math.sqrt(count));
        }
      }
    }
  });

  it('is not changed by what is drawn from another stream', () => {
    const alone = first(10, new RandomStream(5, 'start'));
    const other = new RandomStream(5, 'noise', 0);
    const stream = new RandomStream(5, 'start');
    const interleaved = Array.from({ length: 10 }, () => {
      other.normal();
      return stream.nextInt32();
    });
    expect(interleaved).toEqual(alone);
  });

  it('keeps its values from version to version', () => {
    expect(first(4, new RandomStream(0))).toMatchInlineSnapshot(`
      [
        337090314,
        301729555,
        -1074218006,
        1953750361,
      ]
    `);
    expect(first(4, new RandomStream(42, 'noise', 3))).toMatchInlineSnapshot(`
      [
        1124747951,
        838375519,
        -302196381,
        44184331,
      ]
    `);
    const stream = new RandomStream(42, 'start');
    expect([
      stream.uniform(),
      stream.uniformBetween(-3, 5),
      stream.integerBelow(1000),
      stream.normal(),
      stream.normal(),
    ]).toMatchInlineSnapshot(`
      [
        0.14936945521357403,
        -1.0215197852823588,
        637,
        -0.312081249909245,
        -0.2553944294478195,
      ]
    `);
  });

  it('is uniform in [0, 1)', () => {
    const stream = new RandomStream(9, 'uniform');
    const count = 200_000;
    const bins = new Array<number>(100).fill(0);
    let low = 1;
    let high = 0;
    for (let i = 0; i < count; i++) {
      const value = stream.uniform();
      low = Math.min(low, value);
      high = Math.max(high, value);
      const bin = Math.floor(value * 100);
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
    expect(low).toBeGreaterThanOrEqual(0);
    expect(high).toBeLessThan(1);
    const expected = count / 100;
    const chiSquared = bins.reduce((sum, found) => sum + (found - expected) ** 2 / expected, 0);
    expect(chiSquared).toBeLessThan(161.3); // 99.99 % point for 99 degrees of freedom
    expect(chiSquared).toBeGreaterThan(51.9); // 0.01 % point: too even is not random either
  });

  it('stays within the bounds asked for', () => {
    const stream = new RandomStream(9, 'bounds');
    const wholes = new Set<number>();
    for (let i = 0; i < 2000; i++) {
      const value = stream.uniformBetween(-2, 3);
      expect(value >= -2 && value < 3).toBe(true);
      wholes.add(stream.integerBelow(7));
    }
    expect([...wholes].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('has the moments of the standard normal distribution', () => {
    const stream = new RandomStream(9, 'normal');
    const count = 300_000;
    const sums = [0, 0, 0, 0];
    for (let i = 0; i < count; i++) {
      const value = stream.normal();
      for (let power = 1; power <= 4; power++) {
        sums[power - 1] = (sums[power - 1] ?? 0) + value ** power;
      }
    }
    const exact = [0, 1, 0, 3];
    const variances = [1, 2, 15, 96]; // of x, x^2, x^3, x^4
    sums.forEach((sum, i) => {
      const standardError = Math.sqrt((variances[i] ?? 0) / count);
      expect(Math.abs(sum / count - (exact[i] ?? 0))).toBeLessThan(4 * standardError);
    });
  });

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])(
    'refuses the seed %f',
    (seed) => {
      expect(() => new RandomStream(seed, 'x')).toThrow(
        `seed must be a non-negative whole number. Received ${seed}`,
      );
    },
  );
});
