import { describe, expect, it } from 'vitest';
import { charge } from './charge.ts';

const [width, height, pixelSizeNm] = [400, 300, 20];
const even = new Float32Array(width * height).fill(1);
/** Bare resin on the right of column 200 emits a fifth less than tissue. */
const besideResin = Float32Array.from({ length: width * height }, (_, i) =>
  i % width < 200 ? 1 : 0.8,
);
const gainAt = (charged: Float32Array, yields: Float32Array, x: number, y: number) =>
  charged[y * width + x]! / yields[y * width + x]! - 1;

describe('charging', () => {
  it('of level 0 returns the very same yields', () => {
    expect(charge(besideResin, width, pixelSizeNm, 0)).toBe(besideResin);
  });

  it('raises the yield by the level from the first row to the last', () => {
    const charged = charge(even, width, pixelSizeNm, 5);
    expect(gainAt(charged, even, 10, 0)).toBeCloseTo(0, 3);
    expect(gainAt(charged, even, 300, 150)).toBeCloseTo(0.025, 3);
    expect(gainAt(charged, even, 399, 299)).toBeCloseTo(0.05, 3);
    expect(even[0]).toBe(1);
  });

  it('makes a halo that falls off over 1 um from bare resin', () => {
    const charged = charge(besideResin, width, pixelSizeNm, 10);
    // Without the ramp of the row.
    const halo = (x: number) => gainAt(charged, besideResin, x, 150) - (0.1 * 150.5) / height;
    expect(halo(350)).toBeCloseTo(0.1, 4);
    expect((halo(199) + halo(200)) / 2).toBeCloseTo(0.05, 3);
    // 0.5 um and 1.6 um into the tissue.
    expect(halo(175)).toBeGreaterThan(0.005);
    expect(halo(175)).toBeLessThan(0.03);
    expect(halo(120)).toBeCloseTo(0, 3);
    for (let x = 120; x < 350; x += 10) expect(halo(x + 10)).toBeGreaterThanOrEqual(halo(x) - 1e-4);
  });

  it('reaches beyond a small hole, by the reach of its field', () => {
    // A hole of 2 um diameter in a large field: its surroundings are dark, too.
    const hole = Float32Array.from({ length: width * height }, (_, i) =>
      Math.hypot((i % width) - 200, Math.floor(i / width) - 150) < 50 ? 0.5 : 1,
    );
    const charged = charge(hole, width, pixelSizeNm, 10);
    const halo = (x: number) => gainAt(charged, hole, x, 150) - (0.1 * 150.5) / height;
    expect(halo(200)).toBeGreaterThan(0.09);
    expect(halo(260)).toBeGreaterThan(0.02);
    expect(halo(320)).toBeCloseTo(0, 3);
  });

  it('is the same model at any pixel size', () => {
    const coarse = Float32Array.from({ length: (width * height) / 4 }, (_, i) =>
      i % (width / 2) < 100 ? 1 : 0.8,
    );
    const fine = charge(besideResin, width, pixelSizeNm, 10);
    const binned = charge(coarse, width / 2, 2 * pixelSizeNm, 10);
    for (const [x, y] of [
      [150, 50],
      [210, 200],
      [300, 280],
    ] as const) {
      expect(binned[(y / 2) * (width / 2) + x / 2]!).toBeCloseTo(fine[y * width + x]!, 2);
    }
  });
});
