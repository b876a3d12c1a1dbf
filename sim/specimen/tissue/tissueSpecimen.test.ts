import { beforeAll, describe, expect, it } from 'vitest';
import { type TissueStatistics, tissueStatistics } from '../../testing/realism/index.ts';
import { denseTissueSpecimen } from './denseTissueSpecimen.ts';
import { blockNm, nodeNm } from './NodeLattice.ts';
import { tissueSpecimen } from './tissueSpecimen.ts';
import { vesselTissueSpecimen } from './vesselTissueSpecimen.ts';

const width = 1024;
const height = 768;
const pixelSizeNm = 10.03;

/**
 * Statistics of small fields of several tissues, one by one. The targets are those of full frames in
 * real images; what smaller and fewer fields scatter is in the tolerances.
 */
let fields: readonly TissueStatistics[] = [];

beforeAll(() => {
  fields = Array.from({ length: 6 }, (_, index) => {
    const yields = tissueSpecimen(1000 + index).rasterise({
      ...{ leftNm: 123456 * index, topNm: -98765 * index, width, height, pixelSizeNm },
    });
    return tissueStatistics(yields, width, height, pixelSizeNm);
  });
});

function mean(of: (statistics: TissueStatistics) => number): number {
  return fields.reduce((sum, field) => sum + of(field), 0) / fields.length;
}

function expectWithin(value: number, target: number, tolerance: number): void {
  expect(value).toBeGreaterThan(target - tolerance);
  expect(value).toBeLessThan(target + tolerance);
}

function expectMean(
  of: (statistics: TissueStatistics) => number,
  target: number,
  tolerance: number,
): void {
  expectWithin(mean(of), target, tolerance);
}

describe('tissue in focus, measured as real frames were', () => {
  it('has a mean yield of 1', () => {
    expectMean((field) => field.meanGrey, 130, 8);
  });

  it('has the slopes of their spectrum', () => {
    expectMean((field) => field.slopeCoarse, -2.3, 0.45);
    expectMean((field) => field.slopeFine, -1.65, 0.45);
  });

  it('has half of the variance below 6 rad/um, less in fields this small', () => {
    expectMean((field) => field.shareBelow6RadPerUm, 0.45, 0.1);
  });

  it('has a dark tail and sparse strong edges', () => {
    expectMean((field) => field.skewness, -0.9, 0.25);
    expectMean((field) => field.bandExcessKurtosis, 1.6, 0.8);
    expectMean(({ patches128 }) => patches128.p5 / patches128.median, 0.64, 0.1);
  });
});

describe('dense tissue', () => {
  it('has as much contrast everywhere and no sparse strong edges', () => {
    const yields = denseTissueSpecimen(1003).rasterise({
      ...{ leftNm: 7e4, topNm: 3e4, width, height, pixelSizeNm },
    });
    const { bandExcessKurtosis, patches128, clippedPercent, shareBelow6RadPerUm } =
      tissueStatistics(yields, width, height, pixelSizeNm);
    expectWithin(bandExcessKurtosis, 0, 0.5);
    expect(patches128.p5 / patches128.median).toBeGreaterThan(0.8);
    expect(patches128.max / patches128.median).toBeLessThan(1.5);
    expect(clippedPercent).toBeLessThan(0.5);
    expect(shareBelow6RadPerUm).toBeLessThan(0.2);
  });
});

describe('tissue with vessels', () => {
  /** Pixels of single rows of a frame centred at a place that are exactly like the one before them. */
  function blankShare(seed: number, centreNm: number): number {
    const specimen = vesselTissueSpecimen(seed);
    const rows = 12;
    let blank = 0;
    for (let row = 0; row < rows; row++) {
      const topNm = centreNm + 15_400 * ((row + 0.5) / rows - 0.5);
      const yields = specimen.rasterise({
        ...{ leftNm: centreNm - 10_270, topNm, width: 2048, height: 1, pixelSizeNm },
      });
      for (let at = 1; at < yields.length; at++) if (yields[at] === yields[at - 1]) blank++;
    }
    return blank / (rows * 2047);
  }

  it('is 20 to 60 % blank in a frame at the origin, whatever the seed', () => {
    const shares = [0, 1, 2, 3, 4, 5].map((seed) => blankShare(seed, 0));
    for (const share of shares) expectWithin(share, 0.4, 0.2);
    expect(new Set(shares).size).toBe(shares.length);
  });

  it('is tissue half way to the next vessel', () => {
    expect(blankShare(0, 40_000)).toBeLessThan(0.001);
  });
});

describe('tissue', () => {
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
        for (const at of [
          (off: number) => specimen.emission(line + off, along, 10),
          (off: number) => specimen.emission(along, line + off, 10),
        ]) {
          // A detail may be as steep on the line as it is beside it.
          const beside = Math.abs(at(-0.02) - at(-0.06)) + Math.abs(at(0.06) - at(0.02));
          expect(Math.abs(at(0.02) - at(-0.02))).toBeLessThan(0.01 + beside);
        }
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
