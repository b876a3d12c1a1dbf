import { describe, expect, it } from 'vitest';
import { greyPixels, RandomStream } from '../../numeric/index.ts';
import { RegionChooser } from './RegionChooser.ts';

const [width, height] = [64, 48];
const raster = { width: 8 * width, height: 8 * height, pxPerLookPx: 8 };

/** Noise of a contrast that depends on the place, round a grey of 128. */
function lookWith(
  contrastAt: (x: number, y: number) => number,
  greyAt = (_x: number, _y: number) => 128,
) {
  const random = new RandomStream(1, 'look');
  const data = new Uint8Array(width * height);
  for (let i = 0; i < data.length; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    data[i] = Math.max(0, Math.min(255, greyAt(x, y) + contrastAt(x, y) * random.normal()));
  }
  return greyPixels(data, width, height);
}

describe('RegionChooser', () => {
  it('takes the square in which all parts show structure', () => {
    const look = lookWith((x, y) => (x >= 40 && x < 56 && y >= 16 && y < 32 ? 20 : 1));
    expect(new RegionChooser(look, raster).take(128)).toEqual({
      x: 320,
      y: 128,
      width: 128,
      height: 128,
    });
  });

  it('is not drawn by the border of a blank area', () => {
    const look = lookWith(
      (x) => (x < 32 ? 3 : 0.5),
      (x) => (x < 32 ? 100 : 200),
    );
    const { x, width: side } = new RegionChooser(look, raster).take(128);
    expect(x + side).toBeLessThanOrEqual(32 * 8);
  });

  it('avoids what is clipped', () => {
    const look = lookWith(
      () => 10,
      (x, y) => (x < 32 && x % 8 < 2 && y % 8 < 2 ? -100 : 128),
    );
    expect(new RegionChooser(look, raster).take(128).x).toBeGreaterThanOrEqual(30 * 8);
  });

  it('would rather have something clipped than a blank part', () => {
    const look = lookWith(
      (x) => (x < 32 ? 10 : 1),
      (x, y) => (x < 32 && x % 8 < 2 && y % 8 < 2 ? -100 : 128),
    );
    const { x, width: side } = new RegionChooser(look, raster).take(128);
    expect(x + side).toBeLessThanOrEqual(32 * 8);
  });

  it('takes another place each time, as long as there is one', () => {
    const chooser = new RegionChooser(
      lookWith(() => 10),
      raster,
    );
    const taken = Array.from({ length: 12 }, () => chooser.take(128));
    const places = new Set(taken.map(({ x, y }) => `${x} ${y}`));
    expect(places.size).toBeGreaterThanOrEqual(4);
    const [first, second] = taken;
    expect(
      Math.abs((first?.x ?? 0) - (second?.x ?? 0)) >= 128 ||
        Math.abs((first?.y ?? 0) - (second?.y ?? 0)) >= 128,
    ).toBe(true);
  });

  it('goes elsewhere also where no place is free', () => {
    // In a field of 512 x 384 px any two squares of 288 px overlap.
    const chooser = new RegionChooser(
      lookWith(() => 10),
      raster,
    );
    const [first, second, third] = Array.from({ length: 3 }, () => chooser.take(288));
    expect(second).not.toEqual(first);
    expect(third).not.toEqual(second);
    const xs = [first, second, third].map((one) => one?.x);
    // The last square ends where the field ends.
    expect(Math.max(...xs.map((x) => x ?? 0))).toBe(width * 8 - 288);
  });

  it('stays inside the raster', () => {
    const { x, y } = new RegionChooser(
      lookWith(() => 10),
      raster,
    ).take(384);
    expect(x + 384).toBeLessThanOrEqual(width * 8);
    expect(y + 384).toBeLessThanOrEqual(height * 8);
  });

  it('stays inside a raster that the pixels of the look do not divide', () => {
    const uneven = { width: 7 * width + 6, height: 7 * height + 3, pxPerLookPx: 7 };
    for (const sidePx of [100, 128, 255, uneven.height]) {
      const chooser = new RegionChooser(
        lookWith(() => 10),
        uneven,
      );
      for (let k = 0; k < 12; k++) {
        const { x, y } = chooser.take(sidePx);
        expect(x + sidePx).toBeLessThanOrEqual(uneven.width);
        expect(y + sidePx).toBeLessThanOrEqual(uneven.height);
        expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
      }
    }
  });

  it('refuses what is larger than the field', () => {
    expect(() =>
      new RegionChooser(
        lookWith(() => 10),
        raster,
      ).take(512),
    ).toThrow('must fit');
  });
});
