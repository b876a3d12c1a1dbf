import type { Aberration } from '../../harness/microscope/index.ts';
import { CoarseTransfer } from './CoarseTransfer.ts';
import { CubicTable } from './CubicTable.ts';
import { gaussLegendre, type QuadratureRule } from './gaussLegendre.ts';
import { type Pupil, rayReachUm } from './Pupil.ts';
import type { TransferColumns, WaveVectors } from './TransferColumns.ts';

/**
 * Transfer function of a coherently filled pupil: its autocorrelation.
 *
 * With the shear s = k lambda / (2 pi NA), the part that two copies of the pupil at +s/2 and -s/2
 * share is a lens. Over it, exp(-i [chi(rho + s/2) - chi(rho - s/2)]) is integrated, where chi is
 * the phase whose gradient is the displacement of the rays, d = lambda/(2 pi NA) grad chi. The
 * difference is k d(rho) exactly for defocus and astigmatism; coma and three-fold astigmatism add
 * a phase that is constant over the lens, spherical aberration a little defocus. So geometric
 * optics is the limit of zero shear.
 *
 * In focus and without aberrations: (2/pi) (acos u - u sqrt(1 - u^2)), u = |s|/2. This factor has
 * a cusp at k = 0 and is therefore taken out of what is interpolated.
 *
 * @see Goodman 2005, Introduction to Fourier Optics, section 6.4; Reimer 1998
 */
export function waveTransfer(
  waveVectors: WaveVectors,
  aberration: Aberration,
  pupil: Pupil,
): TransferColumns {
  const { convergence, wavelengthUm } = pupil;
  const shearPerK = wavelengthUm / (2 * Math.PI * convergence);
  const coarse = new CoarseTransfer(
    rayReachUm(aberration, pupil) + wavelengthUm / convergence,
    waveVectors,
  );
  const { step, columns, rows, re, im } = coarse;
  const mean = lensMean(aberration, pupil, shearPerK);
  for (let column = 0, to = 0; column <= columns; column++) {
    for (let row = -rows; row <= rows; row++, to++) {
      [re[to], im[to]] = mean(column * step, row * step);
    }
  }
  const { stepY, halfHeight } = waveVectors;
  const perfect = new CubicTable(perfectLens, 1, 1 / 4096);
  const smooth = coarse.interpolated(waveVectors);
  return {
    isReal: false,
    fill(kx, re, im) {
      smooth.fill(kx, re, im);
      for (let j = 0; j <= 2 * halfHeight; j++) {
        const ky = (j - halfHeight) * stepY;
        const u = (shearPerK / 2) * Math.sqrt(kx * kx + ky * ky);
        const factor = u < 1 ? perfect.at(u) : 0;
        re[j] = factor * re[j]!;
        im[j] = factor * im[j]!;
      }
    },
  };
}

/** @param u - Half of the shear; 0 above 1. */
function perfectLens(u: number): number {
  return u >= 1 ? 0 : (2 / Math.PI) * (Math.acos(u) - u * Math.sqrt(1 - u * u));
}

/** The mean of the phase factor over the lens that belongs to (kx, ky), as [re, im]. */
function lensMean(aberration: Aberration, pupil: Pupil, shearPerK: number) {
  const { convergence, comaUm, threeFoldUm, sphericalUm, weight, focusSpreadUm } = pupil;
  const { zUm, aUm, bUm } = aberration;
  const rules = new Map<number, QuadratureRule>();
  const rule = (n: number): QuadratureRule => {
    const known = rules.get(n) ?? gaussLegendre(n);
    rules.set(n, known);
    return known;
  };
  const isSymmetric = [comaUm, threeFoldUm].every(({ x, y }) => x === 0 && y === 0);
  return (kx: number, ky: number): [number, number] => {
    const k = Math.hypot(kx, ky);
    if (k === 0) return [1, 0];
    // In axes u along k and v across: d, projected on k.
    const [c, s] = [kx / k, ky / k];
    const mx = (zUm - aUm) * c - bUm * s;
    const my = (zUm + aUm) * s - bUm * c;
    const along = k * convergence * (mx * c + my * s);
    const across = k * convergence * (my * c - mx * s);
    const comaU = k * (comaUm.x * c + comaUm.y * s);
    const comaV = k * (comaUm.y * c - comaUm.x * s);
    const [c3, s3] = [c * (4 * c * c - 3), s * (3 - 4 * s * s)];
    const foldU = k * (threeFoldUm.x * c3 + threeFoldUm.y * s3);
    const foldV = k * (threeFoldUm.y * c3 - threeFoldUm.x * s3);
    const spherical = k * sphericalUm;
    const shear = k * shearPerK;
    // Beyond the limit of diffraction the lens is empty and its mean stays what it last was.
    const h = Math.min(shear / 2, 0.9999);
    const perU = along + (spherical * shear * shear) / 4;
    const spread = (k * convergence * focusSpreadUm) ** 2 / 2;

    const phaseU = Math.abs(perU) + 3 * Math.abs(comaU) + Math.abs(foldU) + Math.abs(spherical);
    const phaseV = Math.abs(across) + 2 * Math.hypot(comaU, comaV) + 2 * Math.hypot(foldU, foldV);
    // Per radian of phi, the phase changes by no more than this.
    const slope = Math.hypot(phaseU, phaseV) + 2 * Math.sqrt(spread);
    const outer = rule(8 + 2 * Math.ceil(0.2 * slope));
    const inner = rule(6 + 2 * Math.ceil(0.27 * (phaseV + Math.abs(spherical))));
    const start = Math.asin(h);
    let sumRe = 0;
    let sumIm = 0;
    let sum = 0;
    for (let i = 0; i < outer.nodes.length; i++) {
      // The half lens u > 0, a strip of height 2 cos(phi) at u = sin(phi) - h; the other half, at
      // -rho, has the opposite odd and the same even part of the phase.
      const phi = start + (Math.PI / 2 - start) * outer.nodes[i]!;
      const u = Math.sin(phi) - h;
      const edge = Math.cos(phi);
      const area = outer.weights[i]! * edge * edge;
      const density = area * Math.exp(-spread * u * u);
      sum += area;
      for (let j = 0; j < inner.nodes.length; j++) {
        const v = edge * (2 * inner.nodes[j]! - 1);
        const odd = u * (perU + spherical * (u * u + v * v)) + v * across;
        let value = density * inner.weights[j]! * Math.cos(odd);
        if (weight !== 0) value *= pairDensity(u, v, h, weight);
        if (isSymmetric) {
          sumRe += value;
          continue;
        }
        const even =
          u * u * (3 * comaU + foldU) + v * v * (comaU - foldU) + 2 * u * v * (comaV + foldV);
        sumRe += value * Math.cos(even);
        sumIm -= value * Math.sin(even);
      }
    }
    // The part of coma and three-fold astigmatism that is cubic in the shear.
    const constant = ((comaU + foldU / 3) * shear * shear) / 4;
    const [re, im] = [Math.cos(constant), -Math.sin(constant)];
    return [(sumRe * re - sumIm * im) / sum, (sumRe * im + sumIm * re) / sum];
  };
}

/** Product of the amplitudes at rho + s/2 and rho - s/2, for the density 1 + e (2 |rho|^2 - 1). */
function pairDensity(u: number, v: number, h: number, weight: number): number {
  const one = 1 + weight * (2 * ((u + h) ** 2 + v * v) - 1);
  const other = 1 + weight * (2 * ((u - h) ** 2 + v * v) - 1);
  return Math.sqrt(one * other);
}
