import type { RandomStream } from '../../harness/numeric/index.ts';
import type { ScanRaster } from '../scan/index.ts';

/** Grey values to add along one row: `constant + linear * u + quadratic * u^2`. */
export interface ShadingRow {
  readonly constant: number;
  readonly linear: number;
  readonly quadratic: number;
}

/**
 * The static shading of an instrument: a quadratic polynomial over the full raster, of mean 0 and rms
 * `rmsGrey` over it, in a direction of the five-dimensional space of such polynomials that is drawn
 * once per instrument.
 *
 * @returns the rows of the full raster; u runs from -1 to 1 over its width.
 */
export function shading(
  rmsGrey: number,
  { height }: ScanRaster,
  stream: RandomStream,
): { readonly coefficients: readonly number[]; rowAt(y: number): ShadingRow } {
  const drawn = Array.from({ length: 5 }, () => stream.normal());
  const size = Math.hypot(...drawn);
  const coefficients = drawn.map((value) => (rmsGrey * value) / size);
  const [alongX = 0, alongY = 0, bowlX = 0, saddle = 0, bowlY = 0] = coefficients;
  return {
    coefficients,
    // Legendre polynomials, each scaled to rms 1: sqrt(3) u, 3 u v, sqrt(5) (3 u^2 - 1) / 2.
    rowAt(y) {
      const v = (2 * (y + 0.5)) / height - 1;
      return {
        constant:
          alongY * Math.sqrt(3) * v +
          (bowlY * Math.sqrt(5) * (3 * v * v - 1)) / 2 -
          (bowlX * Math.sqrt(5)) / 2,
        linear: alongX * Math.sqrt(3) + saddle * 3 * v,
        quadratic: bowlX * Math.sqrt(5) * 1.5,
      };
    },
  };
}
