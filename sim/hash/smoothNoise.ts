import { cellHash } from './cellHash.ts';

/**
 * A smooth random field of mean 0 and variance 1 (gradient noise with a quintic blend: continuous
 * to the second derivative). Most of its power lies at wavelengths of 1.3 to 3 lattice units.
 *
 * @param salt - Tells fields apart.
 * @param x - In lattice units: position divided by the lattice spacing, as `y`.
 * @see Perlin 2002, Improving noise, ACM Trans. Graph. 21, 681.
 */
export function smoothNoise(salt: number, x: number, y: number): number {
  const column = Math.floor(x);
  const row = Math.floor(y);
  const right = x - column;
  const down = y - row;
  const blendX = right * right * right * (right * (right * 6 - 15) + 10);
  const blendY = down * down * down * (down * (down * 6 - 15) + 10);
  const a = slope(cellHash(salt, column, row), right, down);
  const b = slope(cellHash(salt, column + 1, row), right - 1, down);
  const c = slope(cellHash(salt, column, row + 1), right, down - 1);
  const d = slope(cellHash(salt, column + 1, row + 1), right - 1, down - 1);
  const above = a + (b - a) * blendX;
  const below = c + (d - c) * blendX;
  return (above + (below - above) * blendY) * toUnitVariance;
}

/** A gradient drawn from the square [-1, 1]^2, times the offset. */
function slope(bits: number, x: number, y: number): number {
  return (((bits & 0xffff) - 32767.5) * x + ((bits >>> 16) - 32767.5) * y) / 32768;
}

/** One over the standard deviation of the blend above, measured over 4 * 10^6 places. */
const toUnitVariance = 5.677;
