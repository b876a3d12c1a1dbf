import { describe, expect, it } from 'vitest';
import { peakOfSweep } from './peakOfSweep.ts';

/** Sharpness of tiles that fall with the square of a blur, each with a strength of its own. */
function swept(positions: readonly number[], peak: number, width = 3) {
  return positions.map((position) => ({
    position,
    tiles: [1, 2, 5].map((strength) => strength / (1 + ((position - peak) / width) ** 2) ** 2),
  }));
}

describe('peakOfSweep', () => {
  it.each([0, 0.7, -1.9, 3.2])('finds the peak of a power of the blur at %f', (peak) => {
    const found = peakOfSweep(swept([-6, -3, 0, 3, 6], peak));
    expect(found.position).toBeCloseTo(peak, 2);
    expect(found.sd).toBeCloseTo(0, 9);
  });

  it('does not mind the order of the samples', () => {
    const samples = swept([-6, -3, 0, 3, 6], 1);
    const forth = peakOfSweep(samples);
    expect(peakOfSweep(samples.toReversed()).position).toBeCloseTo(forth.position, 12);
  });

  it('stays within what was sampled', () => {
    expect(peakOfSweep(swept([0, 1, 2, 3], 20)).position).toBe(3);
    expect(peakOfSweep(swept([0, 1, 2, 3], -20)).position).toBe(0);
  });

  it('takes the sharpest sample where a parabola would open the wrong way', () => {
    const valley = [5, 1, 4.9].map((value, i) => ({ position: i, tiles: [value, value] }));
    expect(peakOfSweep(valley).position).toBe(0);
    expect(peakOfSweep(valley.slice(0, 2)).position).toBe(0);
    const nothing = [-1, -3, -2].map((value, i) => ({ position: i, tiles: [value, value] }));
    expect(peakOfSweep(nothing).position).toBe(0);
  });

  it('says how far the tiles disagree', () => {
    const samples = [-6, -3, 0, 3, 6].map((position) => ({
      position,
      tiles: [-1, 0, 1].map((peak) => 1 / (1 + ((position - peak) / 3) ** 2) ** 2),
    }));
    const { position, sd } = peakOfSweep(samples);
    expect(position).toBeCloseTo(0, 6);
    // Three peaks 1 apart: the mean has a standard deviation of 1 / sqrt 3.
    expect(sd).toBeGreaterThan(0.35);
    expect(sd).toBeLessThan(0.9);
  });
});
