import type { Aberration } from '../../harness/microscope/index.ts';
import { CoarseTransfer } from './CoarseTransfer.ts';
import { type Pupil, rayReachUm } from './Pupil.ts';
import type { TransferColumns, WaveVectors } from './TransferColumns.ts';

/**
 * The mean of exp(-NA^2 |M k|^2 / 8) over a Gaussian spread of foci about z, in closed form.
 *
 * With |M k|^2 = z^2 k^2 - 2 z k.Sk + r^2 k^2 the exponent is a quadratic in z, -(A z^2 - 2 B z + C),
 * and its mean over a standard deviation s is
 * exp(-(A z^2 - 2 B z + C) + 2 s^2 (A z - B)^2 / (1 + 2 A s^2)) / sqrt(1 + 2 A s^2).
 */
export function spreadGaussianTransfer(
  waveVectors: WaveVectors,
  aberration: Aberration,
  pupil: Pupil,
): TransferColumns {
  const { zUm, aUm, bUm } = aberration;
  const { convergence, focusSpreadUm } = pupil;
  const scale = convergence ** 2 / 8;
  // As far as 5.5 standard deviations of a Gaussian that has half of the rays' reach for one.
  const coarse = new CoarseTransfer(2.75 * rayReachUm(aberration, pupil), waveVectors);
  const { step, columns, rows, re } = coarse;
  for (let column = 0, to = 0; column <= columns; column++) {
    for (let row = -rows; row <= rows; row++, to++) {
      const kx = column * step;
      const ky = row * step;
      const k2 = kx * kx + ky * ky;
      const square = scale * k2;
      const linear = scale * (aUm * (kx * kx - ky * ky) + 2 * bUm * kx * ky);
      const constant = scale * (aUm * aUm + bUm * bUm) * k2;
      const widened = 1 + 2 * square * focusSpreadUm ** 2;
      const slope = square * zUm - linear;
      const exponent =
        (2 * focusSpreadUm ** 2 * slope * slope) / widened - (zUm * (slope - linear) + constant);
      re[to] = Math.exp(exponent) / Math.sqrt(widened);
    }
  }
  return coarse.interpolated(waveVectors);
}
