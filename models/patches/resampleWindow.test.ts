import ndarray from 'ndarray';
import { describe, expect, it } from 'vitest';
import type { GreyPixels } from '../../harness/microscope/index.ts';
import { greyPixels, RandomStream } from '../../harness/numeric/index.ts';
import { coveredPx, resampleWindow } from './resampleWindow.ts';

/** 16 bit, so that rounding does not limit. */
function frameOf(
  width: number,
  height: number,
  grey: (x: number, y: number) => number,
): GreyPixels {
  const values = Uint16Array.from({ length: width * height }, (_, at) =>
    Math.round(grey(at % width, Math.floor(at / width))),
  );
  return greyPixels(values, width, height);
}

/** Largest difference from what is expected at (x, y) of the frame, but for a margin of `skip` px. */
function largestDifference(
  {
    frame,
    x,
    y,
    side,
    ratio,
  }: { frame: GreyPixels; x: number; y: number; side: number; ratio: number },
  expected: (x: number, y: number) => number,
  skip: number,
): number {
  const { width, height, data } = resampleWindow(frame, { x, y, side }, ratio);
  expect([width, height, data.length]).toEqual([side, side, side * side]);
  let largest = 0;
  for (let row = skip; row < side - skip; row++) {
    for (let column = skip; column < side - skip; column++) {
      const at = (start: number, i: number) => start + (i + 0.5) * ratio - 0.5;
      const difference = data[row * side + column]! - expected(at(x, column), at(y, row));
      largest = Math.max(largest, Math.abs(difference));
    }
  }
  return largest;
}

const ratios = [0.5, 0.97, 1.003, 1.7, 2];

describe('resampleWindow', () => {
  it('copies the window where the pixels are as large', () => {
    const frame = frameOf(40, 30, (x, y) => 100 * x + y);
    expect(
      largestDifference({ frame, x: 7, y: 3, side: 16, ratio: 1 }, (x, y) => 100 * x + y, 0),
    ).toBe(0);
  });

  it.each(ratios)('keeps a flat frame flat to its edge, pixels %d times as large', (ratio) => {
    const frame = frameOf(70, 80, () => 20000);
    expect(largestDifference({ frame, x: 1, y: 2, side: 32, ratio }, () => 20000, 0)).toBeLessThan(
      0.01,
    );
  });

  it.each(ratios)(
    'keeps a ramp where it is, to 3 %% of a pixel, pixels %d times as large',
    (ratio) => {
      const ramp = (x: number, y: number) => 5000 + 300 * x - 20 * y;
      const frame = frameOf(70, 80, ramp);
      expect(largestDifference({ frame, x: 3, y: 5, side: 32, ratio }, ramp, 4)).toBeLessThan(
        0.03 * 300,
      );
    },
  );

  it.each([0.5, 1.7, 2])('keeps a slow wave to 1 %%, pixels %d times as large', (ratio) => {
    const wave = (x: number, y: number) =>
      30000 + 10000 * Math.sin((2 * Math.PI * x) / 37) * Math.cos((2 * Math.PI * y) / 53 + 1);
    const frame = frameOf(100, 90, wave);
    expect(largestDifference({ frame, x: 4, y: 9, side: 36, ratio }, wave, 4)).toBeLessThan(100);
  });

  it('averages noise as a larger pixel does, and what it cannot show disappears', () => {
    const random = new RandomStream(1, 'noise');
    const noise = frameOf(160, 160, () => 30000 + 5000 * random.normal());
    const variance = (frame: GreyPixels, ratio: number) => {
      const { data } = resampleWindow(frame, { x: 0, y: 0, side: 64 }, ratio);
      const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
      return data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length;
    };
    const fall = variance(noise, 2) / variance(noise, 1);
    expect(fall).toBeGreaterThan(0.15);
    expect(fall).toBeLessThan(0.3);
    const chessboard = frameOf(160, 160, (x, y) => 30000 + ((x + y) % 2 === 0 ? 5000 : -5000));
    expect(variance(chessboard, 2) / variance(chessboard, 1)).toBeLessThan(1e-3);
  });

  it.each([1, 1.3])('takes frames of any strides, pixels %d times as large', (ratio) => {
    const grey = (x: number, y: number) => (17 * x + 5 * y) % 200;
    const plain = greyPixels(
      Uint8Array.from({ length: 50 * 40 }, (_, at) => grey(at % 50, Math.floor(at / 50))),
      50,
      40,
    );
    // Column by column, every other value, from the third on.
    const spread = new Uint8Array(3 + 2 * 50 * 40).fill(255);
    for (let x = 0; x < 50; x++) {
      for (let y = 0; y < 40; y++) spread[3 + 2 * (x * 40 + y)] = grey(x, y);
    }
    const strided = ndarray(spread, [40, 50], [2, 80], 3) as GreyPixels;
    const window = { x: 5, y: 2, side: 20 };
    expect(resampleWindow(strided, window, ratio)).toEqual(resampleWindow(plain, window, ratio));
  });

  it('repeats the edge of the frame beyond it, on every side', () => {
    const frame = frameOf(6, 5, (x, y) => 10 * y + x);
    const { data } = resampleWindow(frame, { x: -1, y: -2, side: 8 }, 1);
    const row = (y: number) => [0, 0, 1, 2, 3, 4, 5, 5].map((x) => 10 * y + x);
    expect([...data]).toEqual([0, 0, 0, 1, 2, 3, 4, 4].flatMap(row));
    const flat = frameOf(6, 5, () => 300);
    for (const grey of resampleWindow(flat, { x: 3, y: 2, side: 6 }, 1.5).data) {
      expect(grey).toBeCloseTo(300, 2);
    }
  });
});

describe('coveredPx', () => {
  it.each([
    [384, 1, 384],
    [384, 0.5, 192],
    [3, 1.1, 4],
    // 100 * 1.1 is a little more than 110 in binary.
    [100, 1.1, 110],
  ])('%d pixels %d times as large cover %d', (side, ratio, covered) => {
    expect(coveredPx(side, ratio)).toBe(covered);
  });
});
