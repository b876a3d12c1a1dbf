import type { Aberration } from '../../harness/microscope/index.ts';
import { jinc, jincSlope } from '../../harness/numeric/index.ts';
import type { BoundOptics } from './FocusScene.ts';

/** Below this x the series is good to 1e-8, and better than a quotient of small numbers. */
const smallArgument = 0.25;

/**
 * Writes the transfer function of the probe at one wave vector and its derivatives towards z, a, b
 * (per um): Gaussian exp(-NA^2 q/8) or disc 2 J1(x)/x, x = NA sqrt(q), q = |M k|^2, either times
 * the Gaussian of the residual spot, exp(-s^2 k^2/2).
 *
 * @param kx - rad/um; likewise `ky`.
 * @param out - Overwritten: value, d/dz, d/da, d/db.
 * @see Binding, Mikula, Denk 2013 (aperture-projected transfer function).
 */
export function probeTransfer(
  { psf, convergenceMrad, residualSpotNm }: BoundOptics,
  { zUm: z, aUm: a, bUm: b }: Aberration,
  kx: number,
  ky: number,
  out: Float64Array,
): void {
  const convergence = convergenceMrad * 1e-3;
  const spotUm = residualSpotNm * 1e-3;
  const k2 = kx * kx + ky * ky;
  const u = (z - a) * kx - b * ky;
  const v = (z + a) * ky - b * kx;
  const q = u * u + v * v;
  const spot = Math.exp((-spotUm * spotUm * k2) / 2);
  const squared = convergence * convergence;
  let value: number;
  // dm/dq
  let slope: number;
  if (psf === 'disc') {
    const x = convergence * Math.sqrt(q);
    value = jinc(x);
    slope = (squared / 2) * (x < smallArgument ? slopeByArgument(x * x) : jincSlope(x) / x);
  } else {
    value = Math.exp((-squared * q) / 8);
    slope = (-squared / 8) * value;
  }
  const difference = kx * kx - ky * ky;
  const product = 2 * kx * ky;
  const scale = 2 * slope * spot;
  out[0] = value * spot;
  out[1] = scale * (z * k2 - a * difference - b * product);
  out[2] = scale * (a * k2 - z * difference);
  out[3] = scale * (b * k2 - z * product);
}

/** The derivative of 2 J1(x)/x divided by x, -2 J2(x)/x^2, for small x (DLMF 10.2.2). */
function slopeByArgument(squared: number): number {
  return -1 / 4 + squared * (1 / 48 - squared / 1536);
}
