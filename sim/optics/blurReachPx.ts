import type { Aberration } from '../../harness/microscope/index.ts';
import type { Optics } from './transferFunction.ts';

/**
 * Radius beyond which the probe holds no more than a few millionths of the beam, in px.
 *
 * The longer semi-axis of the disc is NA (|z| + r); the Gaussian of the same second moments has
 * half of that as standard deviation and is followed for 4.5 of them, as is the residual spot.
 */
export function blurReachPx(aberration: Aberration, optics: Optics, pixelSizeNm: number): number {
  const { zUm, aUm, bUm } = aberration;
  // mrad * um = nm
  const semiAxisNm = optics.convergenceMrad * (Math.abs(zUm) + Math.hypot(aUm, bUm));
  const sigmas = 4.5;
  const probeNm = optics.psf === 'disc' ? semiAxisNm : (semiAxisNm / 2) * sigmas;
  return (probeNm + sigmas * optics.residualSpotNm) / pixelSizeNm;
}
