import { describe, expect, it } from 'vitest';
import { createSpecimen } from '../specimen/index.ts';
import { largestMargin, SpecimenRaster } from './SpecimenRaster.ts';

const points = createSpecimen('points', 4);
const geometry = { leftNm: 700, topNm: -900, width: 48, height: 30, pixelSizeNm: 20 };

describe('SpecimenRaster', () => {
  it.each([1, 64, 65, 400])('grown to %i px is the specimen as painted at once', (margin) => {
    const raster = new SpecimenRaster(points, geometry);
    raster.growTo(margin);
    expect(raster.margin).toBeGreaterThanOrEqual(margin);
    const whole = points.rasterise({
      leftNm: geometry.leftNm - raster.margin * geometry.pixelSizeNm,
      topNm: geometry.topNm - raster.margin * geometry.pixelSizeNm,
      width: geometry.width + 2 * raster.margin,
      height: geometry.height + 2 * raster.margin,
      pixelSizeNm: geometry.pixelSizeNm,
    });
    expect(raster.yields.length).toBe(whole.length);
    let largest = 0;
    for (let i = 0; i < whole.length; i++) {
      largest = Math.max(largest, Math.abs(raster.yields[i]! - whole[i]!));
    }
    // Coordinates of a ring are rounded otherwise than those of the whole.
    expect(largest).toBeLessThan(1e-5);
  });

  it('has the same bytes in whatever steps it grew', () => {
    const atOnce = new SpecimenRaster(points, geometry);
    atOnce.growTo(300);
    const stepwise = new SpecimenRaster(points, geometry);
    for (const margin of [10, 200, 40, 256, 257]) stepwise.growTo(margin);
    expect(stepwise.margin).toBe(atOnce.margin);
    expect(stepwise.yields).toEqual(atOnce.yields);
  });

  it('never shrinks, and ends at its largest margin', () => {
    const raster = new SpecimenRaster({ ...points, rasterise: paintNothing }, geometry);
    raster.growTo(largestMargin);
    raster.growTo(1);
    expect(raster.margin).toBe(1024);
  });
});

const paintNothing = ({ width, height }: { width: number; height: number }) =>
  new Float32Array(width * height);
