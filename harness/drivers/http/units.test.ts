import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rounded, shifted } from './units.ts';

describe('a number in another unit', () => {
  it('comes back as it was if a person has written it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -(10 ** 15) + 1, max: 10 ** 15 - 1 }),
        fc.integer({ min: -12, max: 3 }),
        (digits, exponent) => {
          const value = Number(`${digits}e${exponent}`);
          expect(shifted(shifted(value, -6), 6)).toBe(value);
          expect(shifted(shifted(value, -9), 9)).toBe(value);
        },
      ),
    );
  });

  it('comes back to the last of 16 digits in any case', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e5, noNaN: true }), (value) => {
        const back = shifted(shifted(value, -6), 6);
        expect(Math.abs(back - value)).toBeLessThanOrEqual(2 ** -52 * value);
      }),
    );
  });

  it('is what a person would write', () => {
    expect(shifted(4500.1, -6)).toBe(0.0045001);
    expect(shifted(1e-7, 9)).toBe(100);
    expect(shifted(0, 6)).toBe(0);
    expect(rounded((10.03 * 1000) / 1000)).toBe(10.03);
    expect(rounded(0.1 + 0.2)).toBe(0.3);
  });
});
