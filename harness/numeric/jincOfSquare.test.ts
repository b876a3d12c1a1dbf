import { expect, it } from 'vitest';
import { besselJ0, besselJ1 } from './bessel.ts';
import { jincOfSquare } from './jincOfSquare.ts';

const arguments_ = Array.from({ length: 4000 }, (_, i) => 0.001 + i * 0.0301);

function at(x: number): { value: number; slope: number } {
  const out = new Float64Array(2);
  jincOfSquare(x * x, out);
  return { value: out[0] ?? Number.NaN, slope: out[1] ?? Number.NaN };
}

it('is 2 J1(x)/x to 1e-8 from 0 to beyond the end of the table', () => {
  for (const x of arguments_) {
    expect(Math.abs(at(x).value - (2 * besselJ1(x)) / x)).toBeLessThan(1e-8);
  }
});

it('has the slope -J2(x)/x^2 towards x^2, to 1e-7', () => {
  for (const x of arguments_.filter((value) => value > 0.05)) {
    const j2 = (2 * besselJ1(x)) / x - besselJ0(x);
    expect(Math.abs(at(x).slope + j2 / (x * x))).toBeLessThan(1e-7);
  }
});

it('starts at 1 and falls by an eighth of x^2', () => {
  expect(at(0)).toEqual({ value: 1, slope: -1 / 8 });
});
