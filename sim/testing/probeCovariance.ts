import type { Aberration } from '../../harness/microscope/index.ts';
import type { Optics } from '../optics/transferFunction.ts';

/**
 * Covariance of the probe in nm^2 by tracing rays: a ray through the aperture at rho lands
 * NA M rho beside its nominal point. Independent of every transfer function.
 */
export function probeCovariance(
  { zUm, aUm, bUm }: Aberration,
  { convergenceMrad, residualSpotNm }: Optics,
): { readonly xx: number; readonly yy: number; readonly xy: number } {
  const rays = 4096;
  let [xx, yy, xy] = [0, 0, 0];
  for (let i = 0; i < rays; i++) {
    // Golden-angle spiral: uniform on the disc.
    const radius = Math.sqrt((i + 0.5) / rays);
    const angle = i * Math.PI * (3 - Math.sqrt(5));
    const rhoX = radius * Math.cos(angle);
    const rhoY = radius * Math.sin(angle);
    const x = convergenceMrad * ((zUm - aUm) * rhoX - bUm * rhoY);
    const y = convergenceMrad * (-bUm * rhoX + (zUm + aUm) * rhoY);
    xx += x * x;
    yy += y * y;
    xy += x * y;
  }
  const spot2 = residualSpotNm ** 2;
  return { xx: xx / rays + spot2, yy: yy / rays + spot2, xy: xy / rays };
}
