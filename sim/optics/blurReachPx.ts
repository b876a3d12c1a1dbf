import type { Aberration } from '../../harness/microscope/index.ts';
import type { Optics } from './Optics.ts';
import { pupilOf, rayReachUm } from './Pupil.ts';

/**
 * Radius beyond which the probe holds no more than a few millionths of the beam, in px.
 *
 * The longer semi-axis of the disc is NA (|z| + r), and its aberrations displace a ray by no more
 * than they say; the Gaussian of the same second moments has half of that as standard deviation
 * and is followed for 4.5 of them, as are the residual spot and the spread of foci. The rings of
 * diffraction end nowhere: theirs holds 1e-3 of the beam outside, 2 / (pi x) at
 * x = 2 pi NA R / lambda.
 *
 * @see Born, Wolf 1999, Principles of Optics, 8.5.2 (the energy in the rings)
 */
export function blurReachPx(aberration: Aberration, optics: Optics, pixelSizeNm: number): number {
  const pupil = pupilOf(optics);
  const sigmas = 4.5;
  const raysUm = rayReachUm(aberration, pupil) * (optics.psf === 'gaussian' ? sigmas / 2 : 1);
  const ringsUm = (pupil.wavelengthUm * 1e3) / (Math.PI ** 2 * pupil.convergence);
  return ((raysUm + sigmas * pupil.spotUm + ringsUm) * 1e3) / pixelSizeNm;
}
