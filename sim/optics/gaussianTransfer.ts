import type { Aberration } from '../../harness/microscope/index.ts';
import type { TransferColumns, WaveVectors } from './TransferColumns.ts';

/** Smaller values are zero: they change no pixel, and denormal numbers are slow. */
const least = 1e-12;

/**
 * exp(-NA^2 |M k|^2 / 8), by recurrences along ky: three exponentials per column, to 1e-9.
 *
 * @param convergence - Half-angle, rad.
 */
export function gaussianTransfer(
  { stepY, halfHeight }: WaveVectors,
  { zUm, aUm, bUm }: Aberration,
  convergence: number,
): TransferColumns {
  // The exponent is xx kx^2 + yy ky^2 + 2 xy kx ky.
  const scale = convergence ** 2 / 8;
  const xx = scale * ((zUm - aUm) ** 2 + bUm ** 2);
  const yy = scale * ((zUm + aUm) ** 2 + bUm ** 2);
  const xy = -2 * scale * bUm * zUm;
  const change = Math.exp(-2 * yy * stepY ** 2);
  return {
    isReal: true,
    fill(kx, re) {
      // From the top of the column on, both ways: it only falls.
      const topKy = yy > 0 ? (-xy * kx) / yy : 0;
      const top = Math.max(-halfHeight, Math.min(halfHeight, Math.round(topKy / stepY)));
      const ky = top * stepY;
      const peak = Math.exp(-(xx * kx * kx + 2 * xy * kx * ky + yy * ky * ky));
      const slope = 2 * (yy * ky + xy * kx);
      re.fill(0);
      for (const direction of [1, -1]) {
        let value = peak;
        let ratio = Math.exp(-(direction * slope + yy * stepY) * stepY);
        const end = direction > 0 ? 2 * halfHeight + 1 : -1;
        for (let j = top + halfHeight; j !== end && value > least; j += direction) {
          re[j] = value;
          value *= ratio;
          ratio *= change;
        }
      }
    },
  };
}
