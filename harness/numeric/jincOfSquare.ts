import { besselJ0, besselJ1 } from './bessel.ts';

/** In x^2, where 2 J1(x)/x is a slowly varying function without a kink or a root. */
const step = 0.5;
const tableEnd = 10_000;
/** Below this x^2 the quotients lose digits to cancellation. */
const seriesEnd = 1e-2;

/** Values and slopes towards x^2 at x^2 = 0, step, 2 step, ..., made when first needed. */
let table: Float64Array | undefined;

/**
 * 2 J1(x)/x to 1e-8 absolute and its slope towards x^2, -J2(x)/x^2, to 1e-7, both from x^2: for loops
 * over spectra, where x^2 is at hand and a root would cost as much as all the rest.
 *
 * Cubic Hermite interpolation in a table up to x = 100, the formula itself beyond.
 *
 * @param square - x^2 >= 0.
 * @param out - Value, then slope.
 */
export function jincOfSquare(square: number, out: Float64Array): void {
  if (square >= tableEnd - step) {
    const exact = exactly(square);
    out[0] = exact.value;
    out[1] = exact.slope;
    return;
  }
  table ??= makeTable();
  const at = square / step;
  const i = Math.floor(at);
  const t = at - i;
  const f0 = table[2 * i]!;
  const d0 = table[2 * i + 1]! * step;
  const rise = table[2 * i + 2]! - f0;
  const d1 = table[2 * i + 3]! * step;
  const c2 = 3 * rise - 2 * d0 - d1;
  const c3 = d0 + d1 - 2 * rise;
  out[0] = f0 + t * (d0 + t * (c2 + t * c3));
  out[1] = (d0 + t * (2 * c2 + 3 * t * c3)) / step;
}

function exactly(square: number): { value: number; slope: number } {
  // 1 - s/8 + s^2/192 - s^3/9216 (DLMF 10.2.2)
  if (square < seriesEnd) {
    return {
      value: 1 - (square / 8) * (1 - (square / 24) * (1 - square / 48)),
      slope: (-1 / 8) * (1 - (square / 12) * (1 - square / 32)),
    };
  }
  const x = Math.sqrt(square);
  const value = (2 * besselJ1(x)) / x;
  // J2(x) = 2 J1(x)/x - J0(x)
  return { value, slope: (besselJ0(x) - value) / square };
}

function makeTable(): Float64Array {
  const count = Math.round(tableEnd / step) + 1;
  const made = new Float64Array(2 * count);
  for (let i = 0; i < count; i++) {
    const { value, slope } = exactly(i * step);
    made[2 * i] = value;
    made[2 * i + 1] = slope;
  }
  return made;
}
