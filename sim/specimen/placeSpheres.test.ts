import { describe, expect, it } from 'vitest';
import { placeSpheres } from './placeSpheres.ts';

const region = { leftNm: 4000, topNm: -9000, width: 600, height: 500, pixelSizeNm: 10 };

describe('tin spheres', () => {
  it('never lie inside one another: on a plane two touch at twice the root of the radii', () => {
    const spheres = placeSpheres(3, region, 1);
    expect(spheres.length).toBeGreaterThan(300);
    for (const [index, a] of spheres.entries()) {
      for (const b of spheres.slice(index + 1)) {
        const distanceNm2 = (a.xNm - b.xNm) ** 2 + (a.yNm - b.yNm) ** 2;
        if (distanceNm2 < 4 * a.radiusNm * b.radiusNm * (1 - 1e-9)) expect.fail('two overlap');
      }
    }
  });

  it('are 10 nm to 3 um across, small ones the most', () => {
    const wide = { ...region, width: 3000, height: 3000 };
    const diameters = placeSpheres(3, wide, 1).map(({ radiusNm }) => 2 * radiusNm);
    expect(Math.min(...diameters)).toBeGreaterThanOrEqual(8);
    expect(Math.min(...diameters)).toBeLessThan(25);
    expect(Math.max(...diameters)).toBeLessThanOrEqual(3000);
    expect(Math.max(...diameters)).toBeGreaterThan(1500);
    diameters.sort((a, b) => a - b);
    expect(diameters[diameters.length >> 1]).toBeLessThan(250);
  });

  it('are the same ones whichever region asks', () => {
    const part = { ...region, leftNm: region.leftNm + 1000, width: 50, height: 40 };
    const shifted = placeSpheres(3, region, 1).map((one) => ({ ...one, xNm: one.xNm - 1000 }));
    for (const sphere of placeSpheres(3, part, 1)) {
      const isKnown = shifted.some(
        (one) =>
          Math.abs(one.xNm - sphere.xNm) < 1e-6 &&
          Math.abs(one.yNm - sphere.yNm) < 1e-6 &&
          one.radiusNm === sphere.radiusNm,
      );
      expect(isKnown).toBe(true);
    }
  });
});
