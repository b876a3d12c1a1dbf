import { describe, expect, it } from 'vitest';
import { createSpecimen } from './createSpecimen.ts';
import { specimens } from './specimens.ts';

const names = specimens.map(({ name }) => name);

function meanOf(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = Math.abs(a.length - b.length);
  for (let index = 0; index < a.length; index++)
    largest = Math.max(largest, Math.abs(a[index]! - b[index]!));
  return largest;
}

/** Part of a row-major raster. */
function cut(values: Float32Array, width: number, x: number, y: number, w: number, h: number) {
  return Float32Array.from({ length: w * h }, (_, at) => {
    return values[(y + Math.floor(at / w)) * width + x + (at % w)]!;
  });
}

describe('the specimens by name', () => {
  it('are those that suites may name', () => {
    expect(names).toEqual([
      ...[
        'tissue',
        'tissue-dense',
        'tissue-vessel',
        'tin',
        'gold',
        'lines',
        'points',
        'star',
        'noise',
        'blank',
      ],
    ]);
  });

  it('know how an operator displays them', () => {
    for (const { name, polarity, create } of specimens) {
      expect(create(1).polarity).toBe(polarity);
      const isInverted = name.startsWith('tissue') || name === 'noise' || name === 'blank';
      expect(polarity).toBe(isInverted ? 'inverted' : 'normal');
    }
  });

  it('an unknown name is refused with the allowed ones', () => {
    expect(() => createSpecimen('tisue', 1)).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: specimen must be tissue, tissue-dense, tissue-vessel, tin, gold, lines, points, star, noise or blank. Received "tisue"; did you mean tissue?]`,
    );
  });

  it('a seed that is no whole number is refused', () => {
    for (const name of names) expect(() => createSpecimen(name, 1.5)).toThrow(/seed/);
  });
});

describe.each(names)('specimen %s', (name) => {
  const specimen = createSpecimen(name, 7);
  const region = { leftNm: -3217, topNm: 1234.5, width: 96, height: 70, pixelSizeNm: 10 };

  it('is never negative and about 1 in the mean', () => {
    const yields = createSpecimen(name, 3).rasterise({
      ...{ leftNm: 0, topNm: 0, width: 240, height: 180, pixelSizeNm: 56 },
    });
    expect(yields.every((value) => value >= 0)).toBe(true);
    expect(meanOf(yields)).toBeGreaterThan(0.94);
    expect(meanOf(yields)).toBeLessThan(1.06);
  });

  it('is the same for the same seed and another for another', () => {
    const wide = { ...region, width: 300, height: 300 };
    const yields = specimen.rasterise(wide);
    expect(largestDifference(createSpecimen(name, 7).rasterise(wide), yields)).toBe(0);
    const another = largestDifference(createSpecimen(name, 8).rasterise(wide), yields);
    // There is but one Siemens star.
    if (name === 'star') expect(another).toBe(0);
    else expect(another).toBeGreaterThan(1e-4);
  });

  it('agrees where two regions of the same pixel grid overlap, also far from the origin', () => {
    for (const far of [0, 5e7, -5e7]) {
      const { leftNm, topNm, width, height, pixelSizeNm } = { ...region, width: 160, height: 120 };
      const base = { leftNm: leftNm + far, topNm: topNm - far, width, height, pixelSizeNm };
      const moved = {
        ...base,
        leftNm: base.leftNm + 40 * pixelSizeNm,
        topNm: base.topNm + 25 * pixelSizeNm,
        width: 90,
        height: 60,
      };
      const shared = cut(specimen.rasterise(base), width, 40, 25, 90, 60);
      expect(largestDifference(shared, specimen.rasterise(moved))).toBeLessThan(1e-6);
    }
  });

  it('gives at a point what the raster has there', () => {
    const yields = specimen.rasterise(region);
    for (let at = 0; at < yields.length; at += 977) {
      const xNm = region.leftNm + ((at % region.width) + 0.5) * region.pixelSizeNm;
      const yNm = region.topNm + (Math.floor(at / region.width) + 0.5) * region.pixelSizeNm;
      expect(specimen.emission(xNm, yNm, region.pixelSizeNm)).toBeCloseTo(yields[at]!, 5);
    }
  });

  it('moves smoothly under a shift far below a pixel, 50 mm from the origin', () => {
    const base = { ...region, leftNm: 5e7 + 11, topNm: -5e7 + 3 };
    const here = specimen.rasterise(base);
    const shifted = specimen.rasterise({ ...base, leftNm: base.leftNm + 0.01 });
    expect(largestDifference(here, shifted)).toBeLessThan(0.01);
  });

  it('conserves yield when four pixels become one', () => {
    const fine = specimen.rasterise({ ...region, pixelSizeNm: 12, width: 120, height: 80 });
    const coarse = specimen.rasterise({ ...region, pixelSizeNm: 24, width: 60, height: 40 });
    const merged = coarse.map((_, at) => {
      const from = Math.floor(at / 60) * 240 + (at % 60) * 2;
      return (fine[from]! + fine[from + 1]! + fine[from + 120]! + fine[from + 121]!) / 4;
    });
    expect(largestDifference(coarse, merged)).toBeLessThan(1e-5);
  });

  it('refuses a region that is none', () => {
    expect(() => specimen.rasterise({ ...region, width: 0 })).toThrow(RangeError);
    expect(() => specimen.rasterise({ ...region, pixelSizeNm: -1 })).toThrow(RangeError);
    expect(() => specimen.emission(Number.NaN, 0, 10)).toThrow(RangeError);
  });
});
