import { describe, expect, it } from 'vitest';
import type { GreyImage } from './GreyImage.ts';
import { phaseCorrelation } from './phaseCorrelation.ts';
import { RandomStream } from './RandomStream.ts';

/** Smooth blobs at places of their own, moved by any fraction of a pixel, with noise. */
function scene(
  width: number,
  height: number,
  x: number,
  y: number,
  noise = 0,
  seed = 1,
): GreyImage {
  const random = new RandomStream(7, 'blobs');
  const grain = new RandomStream(seed, 'grain');
  const blobs = Array.from({ length: 120 }, () => ({
    x: random.uniformBetween(-20, width + 20),
    y: random.uniformBetween(-20, height + 20),
    height: random.normal(),
    width: random.uniformBetween(2, 5),
  }));
  const data = new Float32Array(width * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      let value = 0;
      for (const blob of blobs) {
        const d2 = (column - x - blob.x) ** 2 + (row - y - blob.y) ** 2;
        if (d2 < 25 * blob.width ** 2) value += blob.height * Math.exp(-d2 / (2 * blob.width ** 2));
      }
      data[row * width + column] = 100 + 20 * value + noise * grain.normal();
    }
  }
  return { width, height, data };
}

const search = { expectedXPx: 0, expectedYPx: 0, searchRadiusPx: 30 };

describe('phaseCorrelation', () => {
  it.each([
    [0, 0],
    [7, -12],
    [-3.4, 15.25],
    [0.3, 0.6],
  ])('finds a displacement of (%f, %f) px on a non-square image to 0.1 px', (x, y) => {
    const found = phaseCorrelation(scene(160, 112, 0, 0), scene(160, 112, x, y), search);
    expect(Math.abs(found.xPx - x)).toBeLessThan(0.1);
    expect(Math.abs(found.yPx - y)).toBeLessThan(0.1);
  });

  it('stays within half a pixel when the noise is as strong as the contrast', () => {
    const found = phaseCorrelation(
      scene(192, 128, 0, 0, 20, 2),
      scene(192, 128, 5.5, -8.2, 20, 3),
      search,
    );
    expect(Math.abs(found.xPx - 5.5)).toBeLessThan(0.5);
    expect(Math.abs(found.yPx + 8.2)).toBeLessThan(0.5);
  });

  it('looks near the expected displacement only', () => {
    const found = phaseCorrelation(scene(160, 112, 0, 0), scene(160, 112, 12, 0), {
      expectedXPx: 0,
      expectedYPx: 0,
      searchRadiusPx: 4,
    });
    expect(Math.abs(found.xPx)).toBeLessThanOrEqual(4.5);
  });

  it('refuses images of two sizes and searches beyond half of the image', () => {
    const image = scene(64, 48, 0, 0);
    expect(() => phaseCorrelation(image, scene(64, 64, 0, 0), search)).toThrow(
      /64 x 48 and 64 x 64/,
    );
    expect(() => phaseCorrelation(image, image, search)).toThrow(/within half of the 64 x 48 px/);
  });
});
