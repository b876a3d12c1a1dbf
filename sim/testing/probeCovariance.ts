import type { Aberration } from '../../harness/microscope/index.ts';
import type { Optics } from '../optics/Optics.ts';

/** Full width at half maximum of a Gaussian, in standard deviations. */
const sigmasPerFwhm = 2.3548;

/** Where a probe is and how wide, nm and nm^2; x to the right, y down. */
export interface ProbeMoments {
  readonly x: number;
  readonly y: number;
  readonly xx: number;
  readonly yy: number;
  readonly xy: number;
}

/**
 * Centre and covariance of a gaussian or disc probe by tracing rays: a ray through the aperture at
 * rho lands NA M rho beside its nominal point, plus what its aberrations add. Independent of every
 * transfer function.
 */
export function probeCovariance(
  { zUm, aUm, bUm }: Aberration,
  { convergenceMrad, residualSpotNm, rays }: Optics,
): ProbeMoments {
  const count = 4096;
  const { comaNm: c, threeFoldNm: t, sphericalNm, pupilWeight, defocusSpreadUm } = rays;
  const focusSigmaUm = defocusSpreadUm / sigmasPerFwhm;
  let [sum, sx, sy, xx, yy, xy] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    // Golden-angle spiral: uniform on the disc.
    const radius2 = (i + 0.5) / count;
    const angle = i * Math.PI * (3 - Math.sqrt(5));
    const rhoX = Math.sqrt(radius2) * Math.cos(angle);
    const rhoY = Math.sqrt(radius2) * Math.sin(angle);
    const weight = 1 + pupilWeight * (2 * radius2 - 1);
    // rho^2 as a complex number
    const [u, v] = [rhoX ** 2 - rhoY ** 2, 2 * rhoX * rhoY];
    const x =
      convergenceMrad * ((zUm - aUm) * rhoX - bUm * rhoY) +
      2 * c.x * radius2 +
      (c.x * u + c.y * v) +
      (t.x * u + t.y * v) +
      sphericalNm * radius2 * rhoX;
    const y =
      convergenceMrad * (-bUm * rhoX + (zUm + aUm) * rhoY) +
      2 * c.y * radius2 +
      (c.x * v - c.y * u) +
      (t.y * u - t.x * v) +
      sphericalNm * radius2 * rhoY;
    // A spread of foci widens the probe along the ray's own direction.
    const spread2 = (convergenceMrad * focusSigmaUm) ** 2;
    sum += weight;
    sx += weight * x;
    sy += weight * y;
    xx += weight * (x * x + spread2 * rhoX * rhoX);
    yy += weight * (y * y + spread2 * rhoY * rhoY);
    xy += weight * (x * y + spread2 * rhoX * rhoY);
  }
  const [meanX, meanY] = [sx / sum, sy / sum];
  const spot2 = residualSpotNm ** 2;
  return {
    x: meanX,
    y: meanY,
    xx: xx / sum - meanX ** 2 + spot2,
    yy: yy / sum - meanY ** 2 + spot2,
    xy: xy / sum - meanX * meanY,
  };
}
