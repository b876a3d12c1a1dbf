// Binomial weights, standard deviation 1.2 bins.
const kernel = [1, 6, 15, 20, 15, 6, 1].map((weight) => weight / 64);
const half = (kernel.length - 1) / 2;

/** Variance of the smoothing per axis, in bins^2. */
export const smoothingBins2 = 1.5;

/**
 * Separable smoothing of a power spectrum on the half plane, laid out as in `PairSpectra`; the other
 * half is its mirror image, and beyond the band its border is held.
 */
export function smoothedPower(power: Float64Array, reach: number): Float64Array {
  const rows = 2 * reach + 1;
  const alongY = new Float64Array(power.length);
  for (let nx = 0; nx <= reach; nx++) {
    const column = nx * rows;
    for (let y = 0; y < rows; y++) {
      let sum = 0;
      if (y >= half && y + half < rows) {
        for (let j = 0; j < kernel.length; j++) sum += kernel[j]! * power[column + y + j - half]!;
      } else {
        for (let j = 0; j < kernel.length; j++) {
          sum += kernel[j]! * power[column + Math.min(Math.max(y + j - half, 0), rows - 1)]!;
        }
      }
      alongY[column + y] = sum;
    }
  }
  const out = new Float64Array(power.length);
  for (let nx = 0; nx <= reach; nx++) {
    const to = nx * rows;
    for (let j = 0; j < kernel.length; j++) {
      const column = Math.min(nx + j - half, reach);
      const weight = kernel[j]!;
      if (column >= 0) {
        const from = column * rows;
        for (let y = 0; y < rows; y++) out[to + y]! += weight * alongY[from + y]!;
      } else {
        const from = -column * rows + rows - 1;
        for (let y = 0; y < rows; y++) out[to + y]! += weight * alongY[from - y]!;
      }
    }
  }
  return out;
}
