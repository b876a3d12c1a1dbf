import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shiftReachPx, shiftResponse } from './shiftResponse.ts';

const length = 192;
const shifts = fc.double({ min: -64, max: 64, noNaN: true });

/** Impulse response: where a single bright pixel at 0 goes. */
function kernel(shiftPx: number): number[] {
  const { re, im } = shiftResponse(length, shiftPx);
  return Array.from({ length }, (_, at) => {
    let sum = 0;
    for (let n = 0; n < length; n++) {
      const phase = (2 * Math.PI * n * at) / length;
      sum += re[n]! * Math.cos(phase) - im[n]! * Math.sin(phase);
    }
    return sum / length;
  });
}

describe('shiftResponse', () => {
  it('is the phase factor to 8e-6 up to 0.88 of the Nyquist frequency', () => {
    fc.assert(
      fc.property(shifts, (shiftPx) => {
        const { re, im } = shiftResponse(length, shiftPx);
        let largest = 0;
        for (let n = 0; n < 0.88 * (length / 2); n++) {
          const phase = (-2 * Math.PI * n * shiftPx) / length;
          const error = Math.hypot(re[n]! - Math.cos(phase), im[n]! - Math.sin(phase));
          largest = Math.max(largest, error);
        }
        expect(largest).toBeLessThan(8e-6);
      }),
      { examples: [[0.5], [-0.5], [63.5]] },
    );
  });

  it('keeps the mean, and belongs to a real kernel', () => {
    fc.assert(
      fc.property(shifts, (shiftPx) => {
        const { re, im } = shiftResponse(length, shiftPx);
        expect(re[0]).toBeCloseTo(1, 12);
        let asymmetry = 0;
        for (let n = 1; n < length; n++) {
          const error = Math.hypot(re[n]! - re[length - n]!, im[n]! + im[length - n]!);
          asymmetry = Math.max(asymmetry, error);
        }
        expect(asymmetry).toBeLessThan(1e-12);
      }),
    );
  });

  it.each([0, 5, -17, 64])('is exact for whole pixels: %i', (shiftPx) => {
    kernel(shiftPx).forEach((value, at) => {
      expect(value).toBeCloseTo(at === (shiftPx + length) % length ? 1 : 0, 12);
    });
  });

  it('draws on nothing farther away than its reach', () => {
    kernel(7.5).forEach((value, at) => {
      const distance = Math.min(Math.abs(at - 7.5), Math.abs(at - length - 7.5));
      if (distance >= shiftReachPx) expect(Math.abs(value)).toBeLessThan(1e-12);
    });
  });
});
