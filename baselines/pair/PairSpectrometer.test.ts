import { describe, expect, it } from 'vitest';
import { greyPixels, RandomStream } from '../../harness/numeric/index.ts';
import { PairSpectrometer } from './PairSpectrometer.ts';

const side = 128;
const patch = { x: 0, y: 0, width: side, height: side };

/** A square of a field of white noise. */
function frameAt(left: number, top: number) {
  const wide = side + 64;
  const random = new RandomStream(7, 'field');
  const field = Array.from({ length: wide * wide }, () => Math.round(128 + 30 * random.normal()));
  const rows = Array.from({ length: side }, (_, y) => (top + y) * wide + left);
  return greyPixels(
    Uint8Array.from(rows.flatMap((start) => field.slice(start, start + side))),
    side,
    side,
  );
}

describe('PairSpectrometer', () => {
  // What is at (20, 20) in the under frame lies 11 px to the left and 16 px farther down in the over frame.
  const shift = { x: -11, y: 16 };
  const under = frameAt(20, 20);
  const over = frameAt(20 - shift.x, 20 - shift.y);

  it.each(['wide', 'narrow'] as const)(
    'shows one part of the specimen twice where a patch fills the frame, %s',
    (preparation) => {
      const spectrometer = new PairSpectrometer(side, preparation);
      const seen = spectrometer.measure(under, over, patch, shift, 10, 0.5);
      const total = seen.powerUnder.reduce((sum, power) => sum + power, 0);
      const apart = seen.powerUnder.map(
        (power, i) =>
          Math.abs(power - seen.powerOver[i]!) +
          Math.abs(power - seen.crossRe[i]!) +
          Math.abs(seen.crossIm[i]!),
      );
      expect(apart.reduce((sum, value) => sum + value, 0)).toBeLessThan(1e-4 * total);
      // White noise of variance 900 has that power, whatever the window; some 1,500 independent bins.
      expect(total / seen.powerUnder.length / 900).toBeCloseTo(1, 0.7);
      expect(seen.weight).toBeLessThan(1);
      const still = spectrometer.measure(under, under, patch, { x: 0, y: 0 }, 10, 0.5);
      expect(still.weight).toBe(1);
      expect(still.independentBins).toBeGreaterThan(seen.independentBins);
    },
  );

  it('moves the mask of bodies along', () => {
    const weights = new Float32Array(side * side).fill(1);
    for (let row = 40; row < 80; row++) weights.fill(0, row * side + 20, row * side + 60);
    const bodies = { weightsOf: () => weights.slice() };
    // Garbage where the body is, another in either frame.
    const spoilt = (frame: ReturnType<typeof frameAt>, x: number, y: number, grey: number) => {
      const data = Uint8Array.from(frame.data);
      for (let row = y; row < y + 40; row++) {
        data.fill(grey, row * side + x, row * side + x + 40);
      }
      return greyPixels(data, side, side);
    };
    const seen = new PairSpectrometer(side, 'wide').measure(
      spoilt(under, 20, 40, 0),
      spoilt(over, 20 + shift.x, 40 + shift.y, 255),
      patch,
      shift,
      10,
      0.5,
      bodies,
    );
    const total = seen.powerUnder.reduce((sum, power) => sum + power, 0);
    const apart = seen.powerUnder.reduce(
      (sum, power, i) => sum + Math.abs(power - seen.powerOver[i]!),
      0,
    );
    expect(apart).toBeLessThan(1e-4 * total);
  });
});
