import type { Aberration } from '../../harness/microscope/index.ts';
import { jinc } from '../../harness/numeric/index.ts';

/** How the probe is shaped, apart from what the focus state does to it. */
export interface Optics {
  /**
   * `disc`: a uniformly filled aperture in geometric optics, 2 J1(x)/x with x = NA |M k|.
   * `gaussian`: the Gaussian of the same second moments, exp(-NA^2 |M k|^2 / 8).
   */
  readonly psf: 'gaussian' | 'disc';
  /** Beam convergence half-angle. */
  readonly convergenceMrad: number;
  /** Standard deviation of the in-focus spot (diffraction, source, lens errors together). */
  readonly residualSpotNm: number;
}

/**
 * Transfer function of the probe on the half grid of {@link HalfSpectrum}: real, because the
 * probe is point-symmetric; 1 at k = 0.
 *
 * Wave vector k = 2 pi n / (size * pixel), rad/um, x to the right, y down. The covariance of both
 * shapes is NA^2/4 M M^T, so that switching the shape does not change the size.
 *
 * @param width - Of the grid, px. @param height - Of the grid, px.
 * @returns `(width / 2 + 1) * height` values, index `kx * height + ky`.
 * @see Binding, Mikula, Denk 2013, Microsc. Microanal.
 */
export function transferFunction(
  width: number,
  height: number,
  pixelSizeNm: number,
  aberration: Aberration,
  optics: Optics,
): Float32Array {
  const { zUm, aUm, bUm } = aberration;
  const convergence = optics.convergenceMrad * 1e-3;
  const spotUm2 = (optics.residualSpotNm * 1e-3) ** 2;
  const stepX = (2 * Math.PI) / (width * pixelSizeNm * 1e-3);
  const stepY = (2 * Math.PI) / (height * pixelSizeNm * 1e-3);
  const isDisc = optics.psf === 'disc';
  const valueAt = (kx: number, ky: number): number => {
    const u = (zUm - aUm) * kx - bUm * ky;
    const v = (zUm + aUm) * ky - bUm * kx;
    const x2 = convergence * convergence * (u * u + v * v);
    const spot = 0.5 * spotUm2 * (kx * kx + ky * ky);
    return isDisc ? jinc(Math.sqrt(x2)) * Math.exp(-spot) : Math.exp(-x2 / 8 - spot);
  };
  const halfWidth = width / 2;
  const halfHeight = height / 2;
  const out = new Float32Array((halfWidth + 1) * height);
  for (let nx = 0; nx <= halfWidth; nx++) {
    const kx = nx * stepX;
    const offset = nx * height;
    for (let ny = 0; ny < height; ny++) {
      const ky = (ny < halfHeight ? ny : ny - height) * stepY;
      const value = valueAt(kx, ky);
      // A Nyquist frequency stands for +k and -k at once, which differ where b is not 0; without
      // the mean of both the probe would not be real.
      const isNyquist = nx === halfWidth || ny === halfHeight;
      out[offset + ny] = isNyquist ? (value + valueAt(kx, -ky)) / 2 : value;
    }
  }
  return out;
}
