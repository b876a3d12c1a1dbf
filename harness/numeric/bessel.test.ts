import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { besselJ0, besselJ1 } from './bessel.ts';
import { jinc, jincSlope } from './jinc.ts';

const reference = JSON.parse(
  readFileSync(new URL('./fixtures/bessel/bessel.json', import.meta.url), 'utf8'),
) as { x: number[]; j0: number[]; j1: number[] };

describe('Bessel functions', () => {
  it('agree with SciPy to 1e-10 on both sides of the switch', () => {
    reference.x.forEach((x, i) => {
      expect(Math.abs(besselJ0(x) - reference.j0[i]!)).toBeLessThan(1e-10);
      expect(Math.abs(besselJ1(x) - reference.j1[i]!)).toBeLessThan(1e-10);
      expect(besselJ1(-x) + besselJ1(x)).toBe(0);
    });
  });
});

describe('jinc', () => {
  it('agrees with 2 J1(x)/x from SciPy to 1e-9, inside and beyond its table', () => {
    reference.x.forEach((x, i) => {
      const expected = x === 0 ? 1 : (2 * reference.j1[i]!) / x;
      expect(Math.abs(jinc(x) - expected)).toBeLessThan(1e-9);
    });
  });

  it('has its first zero at 3.8317 and is negative beyond (contrast reversal)', () => {
    expect(Math.abs(jinc(3.831705970207512))).toBeLessThan(1e-9);
    expect(jinc(5)).toBeLessThan(-0.1);
  });

  it('has the slope of its own differences', () => {
    for (const x of [0, 0.003, 0.5, 3.83, 17.7, 159.9, 400]) {
      const h = 1e-4;
      const difference = (jinc(x + h) - jinc(Math.abs(x - h))) / (2 * h);
      expect(Math.abs(jincSlope(x) - difference)).toBeLessThan(1e-6);
    }
  });
});
