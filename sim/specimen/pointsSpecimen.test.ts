import { describe, expect, it } from 'vitest';
import { pointSpot, pointsSpecimen } from './pointsSpecimen.ts';

describe('points', () => {
  it('one spot has the volume and the second moments that it is declared to have', () => {
    const specimen = pointsSpecimen(11);
    const { spacingNm, sigmaNm, peakYield } = pointSpot;
    const pixelSizeNm = 10;
    const side = spacingNm / pixelSizeNm;
    const yields = specimen.rasterise({
      leftNm: 0,
      topNm: 0,
      width: side,
      height: side,
      pixelSizeNm,
    });
    let volume = 0;
    let sumX = 0;
    let sumXX = 0;
    for (let at = 0; at < yields.length; at++) {
      const above = yields[at]! - 1;
      const x = (at % side) * pixelSizeNm;
      volume += above * pixelSizeNm ** 2;
      sumX += above * x * pixelSizeNm ** 2;
      sumXX += above * x * x * pixelSizeNm ** 2;
    }
    const variance = sumXX / volume - (sumX / volume) ** 2;
    expect(volume / (2 * Math.PI * sigmaNm ** 2 * peakYield)).toBeCloseTo(1, 3);
    // The pixel itself adds its own variance.
    expect(variance / (sigmaNm ** 2 + pixelSizeNm ** 2 / 12)).toBeCloseTo(1, 2);
  });

  it('keeps spots apart', () => {
    const size = 1200;
    const yields = pointsSpecimen(5).rasterise({
      ...{ leftNm: -6000, topNm: -6000, width: size, height: size, pixelSizeNm: 10 },
    });
    const peaks: { x: number; y: number }[] = [];
    for (let y = 1; y < size - 1; y++) {
      for (let x = 1; x < size - 1; x++) {
        const here = yields[y * size + x]!;
        if (here < 2) continue;
        const around = [-1, 1, -size, size].map((step) => yields[y * size + x + step]!);
        if (around.every((value) => value <= here)) peaks.push({ x, y });
      }
    }
    expect(peaks.length).toBeGreaterThan(49);
    for (const [index, a] of peaks.entries()) {
      for (const b of peaks.slice(index + 1))
        expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeGreaterThan(55);
    }
  });
});
