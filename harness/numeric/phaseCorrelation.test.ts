import { describe, expect, it } from 'vitest';
import type { GreyImage } from './GreyImage.ts';
import { type MeasuredShift, phaseCorrelation } from './phaseCorrelation.ts';
import { RandomStream } from './RandomStream.ts';
import { samplePoisson } from './samplePoisson.ts';

interface Shift {
  readonly x: number;
  readonly y: number;
}

const none: Shift = { x: 0, y: 0 };
const around = (shift: Shift, searchRadiusPx: number) => ({
  expectedXPx: shift.x,
  expectedYPx: shift.y,
  searchRadiusPx,
});

/** Grey values of 0.5 .. 2, from bumps of known centres: any displacement of them is exact. */
function bumps(seed: number, width: number, height: number, shift: Shift, blurPx = 0): GreyImage {
  const random = new RandomStream(seed, 'bumps');
  const data = new Float32Array(width * height).fill(1);
  const margin = 60;
  const count = ((width + 2 * margin) * (height + 2 * margin)) / 60;
  for (let i = 0; i < count; i++) {
    const x = random.uniformBetween(-margin, width + margin) + shift.x;
    const y = random.uniformBetween(-margin, height + margin) + shift.y;
    const own = random.uniformBetween(1.2, 4);
    const variance = own ** 2 + blurPx ** 2;
    const height0 = (random.uniformBetween(-0.4, 0.4) * own ** 2) / variance;
    const reach = Math.ceil(4 * Math.sqrt(variance));
    for (let py = Math.max(0, Math.ceil(y - reach)); py < Math.min(height, y + reach); py++) {
      for (let px = Math.max(0, Math.ceil(x - reach)); px < Math.min(width, x + reach); px++) {
        const at = py * width + px;
        const bump = height0 * Math.exp(-((px - x) ** 2 + (py - y) ** 2) / (2 * variance));
        data[at] = Math.max(0.05, (data[at] ?? 0) + bump);
      }
    }
  }
  return { width, height, data };
}

/** Electron counts of an image whose mean is `counts` per pixel. */
function counted(image: GreyImage, counts: number, seed: number): GreyImage {
  const expected = image.data.map((value) => value * counts);
  return { ...image, data: samplePoisson(expected, new RandomStream(seed, 'noise')) };
}

const errorOf = (found: MeasuredShift, shift: Shift) =>
  Math.hypot(found.xPx - shift.x, found.yPx - shift.y);

describe('phaseCorrelation', () => {
  it.each([
    { width: 192, height: 128, shift: { x: 0, y: 0 } },
    { width: 192, height: 128, shift: { x: 3.25, y: -7.6 } },
    { width: 128, height: 192, shift: { x: -9.41, y: 2.5 } },
    { width: 150, height: 101, shift: { x: 6.7, y: 5.3 } },
  ])('finds $shift px in $width x $height px without noise to a fiftieth of a pixel', (scene) => {
    const { width, height, shift } = scene;
    const found = phaseCorrelation(
      bumps(1, width, height, none),
      bumps(1, width, height, shift),
      around(none, 20),
    );
    expect(found.isSignificant).toBe(true);
    expect(errorOf(found, shift)).toBeLessThan(0.02);
  });

  it('is the negative with the images exchanged', () => {
    const first = bumps(2, 160, 96, none);
    const second = bumps(2, 160, 96, { x: 4.2, y: -3.7 });
    const forth = phaseCorrelation(first, second, around(none, 15));
    const back = phaseCorrelation(second, first, around(none, 15));
    expect(forth.xPx).toBeCloseTo(-back.xPx, 3);
    expect(forth.yPx).toBeCloseTo(-back.yPx, 3);
  });

  it.each([
    { counts: 500, limitPx: 0.05 },
    { counts: 50, limitPx: 0.2 },
    { counts: 5, limitPx: 1.5 },
  ])('finds the displacement at $counts counts per pixel', ({ counts, limitPx }) => {
    const shift = { x: -5.3, y: 8.15 };
    const squares = [1, 2, 3, 4, 5, 6].map((seed) => {
      const first = counted(bumps(seed, 192, 128, none), counts, 2 * seed);
      const second = counted(bumps(seed, 192, 128, shift), counts, 2 * seed + 1);
      const found = phaseCorrelation(first, second, around(none, 20));
      expect(found.isSignificant).toBe(true);
      return errorOf(found, shift) ** 2;
    });
    const rms = Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
    expect(rms).toBeLessThan(limitPx);
  });

  it('is not misled by unequal blur and contrast and by shading that stays where it is', () => {
    const shift = { x: 7.4, y: 4.1 };
    const shaded = (image: GreyImage, gain: number): GreyImage => {
      const shading = (i: number) => 300 * Math.cos((Math.PI * (i % 256)) / 256);
      return { ...image, data: image.data.map((value, i) => 400 + gain * value + shading(i)) };
    };
    const first = counted(bumps(3, 256, 192, none, 1), 200, 1);
    const second = counted(bumps(3, 256, 192, shift, 4), 200, 2);
    const found = phaseCorrelation(shaded(first, 1), shaded(second, 0.6), around(none, 20));
    expect(found.isSignificant).toBe(true);
    expect(errorOf(found, shift)).toBeLessThan(0.4);
  });

  it('looks where it is told to: a large displacement that is expected', () => {
    const shift = { x: 61.3, y: -44.8 };
    const first = bumps(4, 192, 160, none);
    const second = bumps(4, 192, 160, shift);
    const found = phaseCorrelation(first, second, around({ x: 58, y: -47.5 }, 8));
    expect(errorOf(found, shift)).toBeLessThan(0.02);
  });

  it('takes the period nearest to what is expected on periodic lines', () => {
    const [width, height, periodPx] = [160, 96, 16];
    const lines = (shiftPx: number): GreyImage => {
      const random = new RandomStream(5, 'roughness');
      const rough = Array.from({ length: height }, () => random.uniformBetween(-4, 4));
      const data = Float32Array.from({ length: width * height }, (_, i) => {
        const x = (i % width) - shiftPx - (rough[Math.floor(i / width)] ?? 0);
        return 3 + Math.sin((2 * Math.PI * x) / periodPx);
      });
      return { width, height, data };
    };
    for (const expected of [0, 16, -16]) {
      const found = phaseCorrelation(lines(0), lines(2), around({ x: expected, y: 0 }, 7));
      expect(found.isSignificant).toBe(true);
      expect(found.xPx).toBeCloseTo(expected + 2, 1);
    }
  });

  it('works where the images share less than expected', () => {
    const shift = { x: 0.5, y: 16.6 };
    const [first, second] = [bumps(8, 480, 40, none), bumps(8, 480, 40, shift)];
    const found = phaseCorrelation(first, second, around({ x: 0, y: 8 }, 10));
    expect(found.isSignificant).toBe(true);
    expect(errorOf(found, shift)).toBeLessThan(0.5);
  });

  it('does not take the flank of a peak that lies outside the search', () => {
    const first = bumps(6, 128, 96, none, 4);
    const second = bumps(6, 128, 96, { x: 12, y: 0 }, 4);
    expect(phaseCorrelation(first, second, around(none, 15)).xPx).toBeCloseTo(12, 1);
    const found = phaseCorrelation(first, second, around(none, 9));
    expect(found).toMatchObject({ xPx: 0, yPx: 0, isSignificant: false });
  });

  it('falls back to what is expected when nothing stands out of the noise', () => {
    const expected = { x: 3.5, y: -2 };
    const flat: GreyImage = { width: 128, height: 96, data: new Float32Array(128 * 96).fill(1) };
    let falseAlarms = 0;
    for (let seed = 0; seed < 40; seed++) {
      const found = phaseCorrelation(
        counted(flat, 100, 2 * seed),
        counted(flat, 100, 2 * seed + 1),
        around(expected, 15),
      );
      if (found.isSignificant) falseAlarms++;
      else expect(found).toMatchObject({ xPx: expected.x, yPx: expected.y });
    }
    expect(falseAlarms).toBeLessThanOrEqual(1);
    const still = phaseCorrelation(flat, flat, around(expected, 15));
    expect(still).toEqual({
      ...{ xPx: 3.5, yPx: -2, isSignificant: false },
      ...{ peakToNoise: 0, oneScenePeakToNoise: 0 },
    });
  });

  it('says that images of different places do not match', () => {
    let falseAlarms = 0;
    for (let seed = 0; seed < 20; seed++) {
      const first = counted(bumps(seed, 128, 96, none), 300, seed);
      const second = counted(bumps(seed + 100, 128, 96, none), 300, seed + 100);
      if (phaseCorrelation(first, second, around(none, 15)).isSignificant) falseAlarms++;
    }
    expect(falseAlarms).toBeLessThanOrEqual(1);
  });

  it('refuses images of different size and a search larger than what they share', () => {
    const wide = bumps(1, 64, 48, none);
    expect(() => phaseCorrelation(wide, bumps(1, 48, 64, none), around(none, 5))).toThrow(
      'second must be 64 x 48 px, as the first. Received 48 x 64 px',
    );
    expect(() => phaseCorrelation(wide, wide, around({ x: 0, y: 17 }, 5))).toThrow(
      'the images must share 32 x 32 px. Received 64 x 48 px displaced by (0, 17) px',
    );
    for (const radius of [0, -1, Number.NaN, 17]) {
      expect(() => phaseCorrelation(wide, wide, around({ x: 30, y: -10 }, radius))).toThrow(
        `searchRadiusPx must be in (0, 17) px for 64 x 48 px images displaced by (30, -10) px. Received ${radius}`,
      );
    }
  });
});
