import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tinSpecimen } from '../tinSpecimen.ts';
import { areaSampled } from './areaSampled.ts';
import { brightenEdges } from './brightenEdges.ts';

/** A straight step from 0.5 to 1.5 at x = 0, area-sampled. */
const step = areaSampled('step', Number.POSITIVE_INFINITY, (region) =>
  Float32Array.from({ length: region.width * region.height }, (_, at) => {
    const left = region.leftNm / region.pixelSizeNm + (at % region.width);
    return 0.5 + Math.max(0, Math.min(1, left + 1));
  }),
);
const tin = tinSpecimen(9);

describe('edge brightening', () => {
  it('draws a Gaussian line of the declared height and width along a straight step', () => {
    const bright = brightenEdges(step, { level: 0.8, widthNm: 20 });
    const region = { leftNm: -150, topNm: 0, width: 300, height: 3, pixelSizeNm: 1 };
    const plain = step.rasterise(region);
    const added = bright.rasterise(region).map((value, at) => value - plain[at]!);
    for (let x = 0; x < 300; x += 5) {
      const distanceNm = x + 0.5 - 150;
      const expected = 0.8 * Math.exp(-((distanceNm / 20) ** 2) / 2);
      // The Gaussian ends at four of its standard deviations.
      expect(Math.abs(added[300 + x]! - expected)).toBeLessThan(1e-3);
    }
  });

  it('adds nothing on flat ground and in proportion to the level', () => {
    const region = { leftNm: 500, topNm: 0, width: 4, height: 4, pixelSizeNm: 10 };
    const flat = brightenEdges(step, { level: 2, widthNm: 20 }).rasterise(region);
    for (const value of flat) expect(value).toBeCloseTo(1.5, 6);
    const place = { leftNm: -700, topNm: 90, width: 64, height: 48, pixelSizeNm: 10 };
    const plain = tin.rasterise(place);
    const one = brightenEdges(tin, { level: 0.4, widthNm: 15 }).rasterise(place);
    const two = brightenEdges(tin, { level: 0.8, widthNm: 15 }).rasterise(place);
    for (let at = 0; at < plain.length; at++)
      expect(two[at]! - plain[at]!).toBeCloseTo(2 * (one[at]! - plain[at]!), 5);
  });

  it('treats all directions alike: a rim is as bright as a step', () => {
    const disc = areaSampled('disc', 2, ({ leftNm, topNm, width, height, pixelSizeNm }) =>
      Float32Array.from({ length: width * height }, (_, at) => {
        const x = leftNm + ((at % width) + 0.5) * pixelSizeNm;
        const y = topNm + (Math.floor(at / width) + 0.5) * pixelSizeNm;
        return Math.hypot(x, y) < 1000 ? 1 : 0;
      }),
    );
    const bright = brightenEdges(disc, { level: 1, widthNm: 20 });
    for (const angle of [0, 0.3, 0.7, 1.2]) {
      const x = 1000 * Math.cos(angle);
      const y = 1000 * Math.sin(angle);
      expect(bright.emission(x, y, 4) - disc.emission(x, y, 4)).toBeCloseTo(1, 1);
    }
  });

  it('agrees where regions of one pixel grid overlap, and at points', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -500, max: 500 }),
        fc.integer({ min: 5, max: 40 }),
        (leftPx, widthNm) => {
          const bright = brightenEdges(tin, { level: 1, widthNm });
          const whole = {
            ...{ leftNm: 10 * leftPx, topNm: 3, width: 30, height: 22, pixelSizeNm: 10 },
          };
          const yields = bright.rasterise(whole);
          const part = bright.rasterise({
            ...{ ...whole, leftNm: whole.leftNm + 120, topNm: 3 + 50, width: 9, height: 7 },
          });
          part.forEach((value, at) => {
            const from = (5 + Math.floor(at / 9)) * 30 + 12 + (at % 9);
            expect(value).toBeCloseTo(yields[from]!, 5);
          });
          const xNm = whole.leftNm + 125;
          expect(bright.emission(xNm, 58, 10)).toBeCloseTo(part[0]!, 5);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('is the specimen itself at level 0', () => {
    expect(brightenEdges(tin, { level: 0, widthNm: 20 })).toBe(tin);
    expect(brightenEdges(tin, { level: 1, widthNm: 20 })).toMatchObject({
      name: 'tin',
      polarity: 'normal',
    });
  });

  it('refuses a negative level and a width that is none', () => {
    expect(() => brightenEdges(tin, { level: -1, widthNm: 20 })).toThrow(RangeError);
    expect(() => brightenEdges(tin, { level: 1, widthNm: 0 })).toThrow(RangeError);
  });
});
