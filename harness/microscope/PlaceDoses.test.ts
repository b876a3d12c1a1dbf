import { describe, expect, it } from 'vitest';
import { greyPixels } from '../numeric/index.ts';
import type { Frame, Rectangle } from './Frame.ts';
import { PlaceDoses } from './PlaceDoses.ts';

const whole: Rectangle = { x: 0, y: 0, width: 100, height: 80 };

function frame(
  doseElectronsPerNm2: number,
  region = whole,
  stage = { xUm: 0, yUm: 0 },
  pixelSizeNm = 10,
): Frame {
  const { width, height } = region;
  const request = { width: 100, height: 80, pixelSizeNm, dwellTimeNs: 50, region };
  const focus = { workingDistanceUm: 0, stigmatorX: 0, stigmatorY: 0 };
  return {
    pixels: greyPixels(new Uint8Array(width * height), width, height),
    request,
    actual: { pixelSizeNm, dwellTimeNs: 50, passes: 1, focus, stage },
    doseElectronsPerNm2,
    acquiredAt: new Date(0),
    frameTimeS: 0,
  };
}

function largestOf(...frames: readonly Frame[]): number {
  const doses = new PlaceDoses();
  for (const one of frames) doses.add(one);
  return doses.largestElectronsPerNm2;
}

const square = (x: number, y: number, side = 20): Rectangle => ({
  x,
  y,
  width: side,
  height: side,
});

describe('PlaceDoses', () => {
  it('is nothing before the first frame', () => {
    expect(largestOf()).toBe(0);
  });

  it('adds frames of one place', () => {
    expect(largestOf(frame(3), frame(4), frame(5))).toBe(12);
  });

  it('does not add regions apart, and those that only touch', () => {
    expect(largestOf(frame(3, square(0, 0)), frame(4, square(50, 0)))).toBe(4);
    expect(largestOf(frame(3, square(0, 0)), frame(4, square(20, 0)))).toBe(4);
    expect(largestOf(frame(3, square(0, 0)), frame(4, square(0, 20)))).toBe(4);
  });

  it('finds the corner in which three regions meet, whatever the order', () => {
    const frames = [frame(1, square(0, 0)), frame(2, square(15, 5)), frame(4, square(5, 15))];
    expect(largestOf(...frames)).toBe(7);
    expect(largestOf(...frames.toReversed())).toBe(7);
  });

  it('does not take two pairs that overlap for three', () => {
    const frames = [frame(1, square(0, 0)), frame(1, square(15, 0)), frame(1, square(30, 0))];
    expect(largestOf(...frames)).toBe(2);
  });

  it('keeps the largest dose while frames are taken elsewhere', () => {
    expect(largestOf(frame(9), frame(1, whole, { xUm: 50, yUm: 0 }))).toBe(9);
  });

  it('adds what a stage that reads back by some nm brings to one place', () => {
    const stage = { xUm: 0.012, yUm: -0.02 };
    expect(largestOf(frame(2, square(40, 40)), frame(3, square(40, 40), stage))).toBe(5);
  });

  it('lays coarse and fine rasters about the same centre', () => {
    const coarse = frame(1, square(48, 38, 4), undefined, 40);
    expect(largestOf(coarse, frame(2, square(45, 35, 2)))).toBe(3);
    expect(largestOf(coarse, frame(2, square(0, 0, 2)))).toBe(2);
  });

  it('agrees with a raster of points on random regions', () => {
    let state = 7;
    const random = (below: number) => {
      state = (state * 48271) % 2147483647;
      return state % below;
    };
    for (let trial = 0; trial < 40; trial++) {
      const frames = Array.from({ length: 1 + random(7) }, () =>
        frame(1 + random(9), {
          ...{ x: random(60), y: random(40) },
          ...{ width: 1 + random(40), height: 1 + random(40) },
        }),
      );
      const map = new Float64Array(100 * 80);
      for (const { request, doseElectronsPerNm2 } of frames) {
        const { x, y, width, height } = request.region!;
        for (let row = y; row < y + height; row++) {
          for (let column = x; column < x + width; column++) {
            map[row * 100 + column]! += doseElectronsPerNm2;
          }
        }
      }
      expect(largestOf(...frames)).toBeCloseTo(Math.max(...map), 9);
    }
  });

  it('is no number once a frame has none', () => {
    expect(largestOf(frame(Number.NaN), frame(1))).toBeNaN();
  });
});
