import { describe, expect, it } from 'vitest';
import { weighRows } from './weighRows.ts';

/** The shares of the first quantity. */
const shares = (weights: readonly (readonly number[])[]) => weights.map(([share]) => share);

describe('weighRows', () => {
  it('takes the mean where the network says nothing of itself', () => {
    const rows = [
      [1, 10, -1],
      [2, 10, 0],
      [6, 10, 4],
    ];
    const { mean, sdOfPatches, sdOfMean, weights } = weighRows(rows, 'correction', 'model');
    expect(mean).toEqual([3, 10, 1].map((value) => expect.closeTo(value, 12)));
    // Deviations -2, -1, 3: the sum of squares, 14, over two degrees of freedom.
    expect(sdOfPatches[0]).toBeCloseTo(Math.sqrt(7), 12);
    expect(sdOfMean[0]).toBeCloseTo(Math.sqrt(7 / 3), 12);
    expect(sdOfPatches[1]).toBeCloseTo(0, 12);
    expect(sdOfPatches[2]).toBeCloseTo(Math.sqrt(7), 12);
    expect(shares(weights)).toEqual([1, 1, 1].map((one) => expect.closeTo(one / 3, 12)));
  });

  it('weighs by the softmax of the scores, all three quantities alike', () => {
    const rows = [
      [0, 4, 8, Math.log(1)],
      [4, 0, 4, Math.log(3)],
    ];
    const { mean, weights, sdOfPatches, sdOfMean } = weighRows(rows, 'scoredCorrection', 'model');
    expect(weights).toEqual([
      [0.25, 0.25, 0.25].map((share) => expect.closeTo(share, 12)),
      [0.75, 0.75, 0.75].map((share) => expect.closeTo(share, 12)),
    ]);
    expect(mean).toEqual([3, 1, 5].map((value) => expect.closeTo(value, 12)));
    // Weighted squares 0.25 * 9 + 0.75 * 1 = 3, over 1 - (1/16 + 9/16) = 3/8.
    expect(sdOfPatches[0]).toBeCloseTo(Math.sqrt(8), 12);
    expect(sdOfMean[0]).toBeCloseTo(Math.sqrt(5), 12);
  });

  it('weighs each quantity by the inverse of the variance that the network claims for it', () => {
    // Scales of 1 and 2 um for z: variances 2 and 8, weights 4 : 1. The other way about for a.
    const rows = [
      [5, 0, 0, Math.log(1), Math.log(2), 0],
      [0, 5, 0, Math.log(2), Math.log(1), 0],
    ];
    const { mean, weights } = weighRows(rows, 'aberration', 'model');
    expect(mean).toEqual([4, 4, 0].map((value) => expect.closeTo(value, 12)));
    expect(weights[0]).toEqual([0.8, 0.2, 0.5].map((share) => expect.closeTo(share, 12)));
  });

  it('claims no less than the network does where the patches happen to agree', () => {
    const rows = [
      [3, 0, 0, Math.log(1), 0, 0],
      [3, 0, 0, Math.log(2), 0, 0],
    ];
    // 1 / (1/2 + 1/8)
    expect(weighRows(rows, 'aberration', 'model').sdOfMean[0]).toBeCloseTo(Math.sqrt(1.6), 12);
    // The plain mean: (2 + 8) / 4.
    expect(weighRows(rows, 'aberration', 'mean').sdOfMean[0]).toBeCloseTo(Math.sqrt(2.5), 12);
  });

  it('claims no less than the scatter where the patches disagree', () => {
    const rows = [
      [-3, 0, 0, Math.log(0.1), 0, 0],
      [3, 0, 0, Math.log(0.1), 0, 0],
    ];
    const { sdOfMean, sdOfPatches } = weighRows(rows, 'aberration', 'model');
    expect(sdOfPatches[0]).toBeCloseTo(Math.sqrt(18), 12);
    expect(sdOfMean[0]).toBeCloseTo(3, 12);
  });

  it('takes the plain mean of any network when told to', () => {
    const scored = [
      [0, 0, 0, 5],
      [4, 0, 0, -5],
    ];
    expect(weighRows(scored, 'scoredCorrection', 'model').mean[0]).toBeLessThan(0.01);
    expect(weighRows(scored, 'scoredCorrection', 'mean').mean[0]).toBe(2);
  });

  it('returns a single patch as it is', () => {
    const correction = weighRows([[1, 2, 3]], 'correction', 'model');
    expect(correction).toMatchObject({
      mean: [1, 2, 3],
      sdOfPatches: [0, 0, 0],
      weights: [[1, 1, 1]],
    });
    const aberration = weighRows([[1, 2, 3, 0, Math.log(2), 0]], 'aberration', 'model');
    expect(aberration.sdOfMean).toEqual(
      [2, 8, 2].map((variance) => expect.closeTo(Math.sqrt(variance), 12)),
    );
  });

  it('listens to one patch alone where it dominates', () => {
    const rows = [
      [7, 0, 0, 1000],
      [-50, 0, 0, 0],
      [-50, 0, 0, 0],
    ];
    const { mean, weights } = weighRows(rows, 'scoredCorrection', 'model');
    expect(mean[0]).toBe(7);
    expect(shares(weights)).toEqual([1, 0, 0]);
  });

  it.each([-1000, 1000])('stays finite where every logarithm of a scale is about %d', (size) => {
    const rows = [
      [1, 2, 3, size, size, size],
      [3, 4, 5, size, size + 2000, size - 2000],
    ];
    const { mean, weights } = weighRows(rows, 'aberration', 'model');
    expect(mean).toEqual([2, 2, 5]);
    expect(weights.flat().every(Number.isFinite)).toBe(true);
  });

  it('gives a patch that knows nothing no part in the claimed deviation', () => {
    const rows = [
      [1, 0, 0, 0, 0, 0],
      [1, 0, 0, 800, 0, 0],
    ];
    expect(weighRows(rows, 'aberration', 'model').sdOfMean[0]).toBeCloseTo(Math.SQRT2, 12);
  });

  it('does not let patches that overlap know more than the frame', () => {
    const rows = Array.from({ length: 8 }, (_, i) => [i % 2, 0, 0]);
    const apart = weighRows(rows, 'correction', 'model');
    const overlapping = weighRows(rows, 'correction', 'model', 2);
    expect(overlapping.sdOfMean[0]).toBeCloseTo(2 * apart.sdOfMean[0], 12);
    expect(overlapping.sdOfPatches).toEqual(apart.sdOfPatches);
    expect(weighRows(rows, 'correction', 'model', 100)).toEqual(apart);
  });
});
