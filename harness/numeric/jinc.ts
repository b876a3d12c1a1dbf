import { besselJ0, besselJ1 } from './bessel.ts';

const step = 1 / 64;
const tableEnd = 160;

/** Values and slopes of 2 J1(x)/x at x = 0, step, 2 step, ..., made when first needed. */
let table: Float64Array | undefined;

/**
 * The transfer function of a uniformly filled aperture, 2 J1(x)/x, to 1e-9 absolute; 1 at x = 0.
 *
 * Cubic Hermite interpolation in a table up to x = 160, the formula itself beyond.
 *
 * @param x - Any number >= 0; x = NA |M k| for a defocused, astigmatic disc.
 */
export function jinc(x: number): number {
  if (x >= tableEnd - step) return (2 * besselJ1(x)) / x;
  table ??= makeTable();
  const at = x / step;
  const i = Math.floor(at);
  const t = at - i;
  const f0 = table[2 * i]!;
  const d0 = table[2 * i + 1]! * step;
  const f1 = table[2 * i + 2]!;
  const d1 = table[2 * i + 3]! * step;
  const rise = f1 - f0;
  return f0 + t * (d0 + t * (3 * rise - 2 * d0 - d1 + t * (d0 + d1 - 2 * rise)));
}

/** Derivative of {@link jinc}, -2 J2(x)/x, to 1e-7 absolute. */
export function jincSlope(x: number): number {
  if (x >= tableEnd - step) return exactSlope(x);
  table ??= makeTable();
  const at = x / step;
  const i = Math.floor(at);
  const t = at - i;
  const d0 = table[2 * i + 1]!;
  const d1 = table[2 * i + 3]!;
  const rise = (table[2 * i + 2]! - table[2 * i]!) / step;
  return d0 + t * (2 * (3 * rise - 2 * d0 - d1) + 3 * t * (d0 + d1 - 2 * rise));
}

function exactSlope(x: number): number {
  // J2(x) = 2 J1(x)/x - J0(x); the series -x/4 (1 - x^2/12) avoids the cancellation near 0.
  if (x < 1e-2) return (-x / 4) * (1 - (x * x) / 12);
  return (-2 * ((2 * besselJ1(x)) / x - besselJ0(x))) / x;
}

function makeTable(): Float64Array {
  const count = Math.round(tableEnd / step) + 1;
  const made = new Float64Array(2 * count);
  for (let i = 0; i < count; i++) {
    const x = i * step;
    made[2 * i] = x === 0 ? 1 : (2 * besselJ1(x)) / x;
    made[2 * i + 1] = exactSlope(x);
  }
  return made;
}
