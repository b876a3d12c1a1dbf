import { describe, expect, it } from 'vitest';
import { blockNm, nodeNm } from './NodeLattice.ts';
import { tissueSpecimen } from './tissueSpecimen.ts';

/** Moments of the grey of an inverted frame, over a few places. */
function greyStatistics(pixelSizeNm: number) {
  const width = 400;
  const places = [0, 1, 2, 3].map((index) =>
    tissueSpecimen(20 + index).rasterise({
      ...{ leftNm: index * 1e6, topNm: -index * 3e5, width, height: 300, pixelSizeNm },
    }),
  );
  const count = places.length * width * 300;
  const average = (of: (value: number) => number) => {
    let sum = 0;
    for (const yields of places) for (const value of yields) sum += of(value);
    return sum / count;
  };
  const mean = average((value) => value);
  const sd = Math.sqrt(average((value) => (value - mean) ** 2));
  return {
    mean,
    contrast: sd / mean,
    greySkewness: -average((value) => ((value - mean) / sd) ** 3),
    darkShare: average((value) => (value > 1.3 * mean ? 1 : 0)),
  };
}

describe('tissue', () => {
  it('has the contrast and the dark tail of stained neuropil', () => {
    const { mean, contrast, greySkewness, darkShare } = greyStatistics(14);
    expect(mean).toBeGreaterThan(0.95);
    expect(mean).toBeLessThan(1.05);
    expect(contrast).toBeGreaterThan(0.12);
    expect(contrast).toBeLessThan(0.18);
    expect(greySkewness).toBeLessThan(-0.8);
    expect(greySkewness).toBeGreaterThan(-2);
    expect(darkShare).toBeGreaterThan(0.02);
    expect(darkShare).toBeLessThan(0.15);
  });

  it('has detail down to single membranes', () => {
    const specimen = tissueSpecimen(2);
    const yields = specimen.rasterise({
      ...{ leftNm: 0, topNm: 0, width: 1200, height: 300, pixelSizeNm: 4 },
    });
    let crossings = 0;
    for (let at = 4; at < yields.length; at++) {
      // Up and down again within 16 nm, by more than half of the contrast of a membrane.
      if (at % 1200 >= 4 && yields[at - 2]! - Math.max(yields[at]!, yields[at - 4]!) > 0.12)
        crossings++;
    }
    expect(crossings).toBeGreaterThan(500);
  });

  it('has no step at the borders of tiles and blocks', () => {
    const specimen = tissueSpecimen(3);
    for (const line of [0, nodeNm, 5 * nodeNm, blockNm, 40 * blockNm]) {
      for (let along = 5; along < 6000; along += 61) {
        const before = specimen.emission(line - 0.02, along, 10);
        expect(Math.abs(specimen.emission(line + 0.02, along, 10) - before)).toBeLessThan(0.01);
        const above = specimen.emission(along, line - 0.02, 10);
        expect(Math.abs(specimen.emission(along, line + 0.02, 10) - above)).toBeLessThan(0.01);
      }
    }
  });

  it('does not repeat from block to block', () => {
    const specimen = tissueSpecimen(5);
    const side = 128;
    const at = (leftNm: number) =>
      specimen.rasterise({ leftNm, topNm: 0, width: side, height: side, pixelSizeNm: 14 });
    const first = at(0);
    for (const shift of [blockNm, 4 * blockNm, 16 * blockNm]) {
      expect(correlation(first, at(shift))).toBeLessThan(0.3);
    }
  });
});

function correlation(a: Float32Array, b: Float32Array): number {
  const meanA = a.reduce((sum, value) => sum + value, 0) / a.length;
  const meanB = b.reduce((sum, value) => sum + value, 0) / b.length;
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let index = 0; index < a.length; index++) {
    ab += (a[index]! - meanA) * (b[index]! - meanB);
    aa += (a[index]! - meanA) ** 2;
    bb += (b[index]! - meanB) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}
