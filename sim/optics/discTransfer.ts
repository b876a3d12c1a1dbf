import type { Aberration } from '../../harness/microscope/index.ts';
import { jinc } from '../../harness/numeric/index.ts';
import { CubicTable } from './CubicTable.ts';
import type { TransferColumns, WaveVectors } from './TransferColumns.ts';

/** 2 J1(x)/x is tabulated that far, to 4e-9; beyond, below 1.4e-4, it is computed one by one. */
const tableEnd = 512;
const tableStep = 1 / 32;

/**
 * 2 J1(x)/x with x = NA |M k|: a uniformly filled aperture in geometric optics.
 *
 * @param convergence - Half-angle, rad.
 */
export function discTransfer(
  { largestX, largestY, stepY, halfHeight }: WaveVectors,
  { zUm, aUm, bUm }: Aberration,
  convergence: number,
): TransferColumns {
  const reach = convergence * (Math.abs(zUm) + Math.hypot(aUm, bUm));
  const end = Math.min(tableEnd, reach * Math.hypot(largestX, largestY) + tableStep);
  const table = new CubicTable((x) => jinc(Math.abs(x)), end, tableStep);
  const xx = convergence ** 2 * ((zUm - aUm) ** 2 + bUm ** 2);
  const yy = convergence ** 2 * ((zUm + aUm) ** 2 + bUm ** 2);
  const xy = -2 * convergence ** 2 * bUm * zUm;
  return {
    isReal: true,
    fill(kx, re) {
      const constant = xx * kx * kx;
      const linear = 2 * xy * kx;
      for (let j = 0; j <= 2 * halfHeight; j++) {
        const ky = (j - halfHeight) * stepY;
        const x = Math.sqrt(Math.max(0, constant + ky * (linear + ky * yy)));
        re[j] = x < end ? table.at(x) : jinc(x);
      }
    },
  };
}
