import { jinc, jincSlope } from '../../harness/numeric/index.ts';
import {
  type AberrationEstimate,
  gainPriorSd,
  type PairOptics,
  priorSdUm,
  smallestBin,
} from '../pair/PairModel.ts';
import { firstColumn, type PairSpectra } from '../pair/PairSpectra.ts';
import { solveSymmetric } from '../pair/solveSymmetric.ts';

/**
 * Bins are used up to this NA |M k| in the blurrier frame. The disc's logarithm has its first pole
 * at 3.83; the Gaussian has none, but 3 % of the power is left there.
 */
const largestArgument = { disc: 2.6, gaussian: 3.8 } as const;
/** The first band is chosen for this much aberration beyond the perturbation; the others for the last estimate. */
const firstGuessUm = 25;
/** The first band holds at least this many bins across, however small the patch. */
const smallestBand = 8;
const iterations = 10;
/** Signal below this fraction of the noise tells nothing and its logarithm is biased. */
const smallestSignal = 0.15;
/** Standard deviation of the smoothed power of white noise in one patch, relative to its mean. */
const smoothedNoiseSd = 0.45;
/** What smoothing and slightly different crops leave of the speckle's variance in the ratio. */
const uncancelledSpeckle = 0.02;

/**
 * Aberration midway between two frames from the logarithm of the ratio of their power spectra.
 *
 * For the Gaussian probe the logarithm is exactly linear,
 * `ln(P_over / P_under) = -NA^2 T [z k^2 - a (kx^2 - ky^2) - 2 b kx ky]`, whatever the specimen:
 * one weighted linear least squares, in closed form. For the disc the same equations are solved
 * for its own logarithm by a few Gauss-Newton steps, inside the first zero of both frames. Power
 * spectra do not know of shifts: nothing has to be aligned.
 *
 * A window smears the spectra over about two bins, and so does smoothing. Where the ratio changes
 * much from bin to bin (patches of 256 px and less, far from focus) that makes the estimate too
 * small; on the way to focus it vanishes.
 *
 * The noise floor is subtracted, spectra are smoothed over about two bins, and a bin counts by the
 * variance of its logarithm, `n1 (2 + n1) + n2 (2 + n2)` with n1, n2 the noise-to-signal ratios.
 *
 * @param perturbationUm - T, half the difference of the two working distances.
 * @see Binding, Mikula, Denk 2013 for the transfer functions.
 */
export function logRatioEstimate(
  spectra: PairSpectra,
  perturbationUm: number,
  optics: PairOptics,
): AberrationEstimate {
  const under = smoothed(spectra.powerUnder, spectra.reach);
  const over = smoothed(spectra.powerOver, spectra.reach);
  const convergence = optics.convergenceMrad * 1e-3;
  const argument = largestArgument[optics.psf];
  let theta = [0, 0, 0, 0];
  let covariance: number[][] = [];
  let band = Math.max(
    argument / (convergence * (perturbationUm + firstGuessUm)),
    smallestBand * spectra.stepRadPerUm,
  );
  for (let iteration = 0; iteration < iterations; iteration++) {
    const step = gaussNewtonStep(spectra, under, over, perturbationUm, optics, theta, band);
    covariance = step.covariance;
    theta = theta.map((value, i) => value + (step.change[i] ?? 0));
    // An estimate from a narrow band is rough: widen by no more than half at a time.
    band *= 1.5;
    const isSettled = Math.max(...step.change.slice(0, 3).map(Math.abs)) < 1e-3;
    if (isSettled && band > spectra.reach * spectra.stepRadPerUm) break;
  }
  const [zUm = 0, aUm = 0, bUm = 0] = theta;
  return {
    aberration: { zUm, aUm, bUm },
    covarianceUm2: covariance.slice(0, 3).map((row) => row.slice(0, 3)),
  };
}

/** One step of regularised, weighted least squares for (z, a, b, logarithm of the gain ratio). */
function gaussNewtonStep(
  spectra: PairSpectra,
  under: Float64Array,
  over: Float64Array,
  perturbationUm: number,
  optics: PairOptics,
  theta: readonly number[],
  bandRadPerUm: number,
): { change: number[]; covariance: number[][] } {
  const { reach, stepRadPerUm, noisePower } = spectra;
  const rows = 2 * reach + 1;
  const [z = 0, a = 0, b = 0, logGain = 0] = theta;
  const convergence = optics.convergenceMrad * 1e-3;
  const isDisc = optics.psf === 'disc';
  const normal = Array.from({ length: 4 }, () => [0, 0, 0, 0]);
  const right = [0, 0, 0, 0];
  let bins = 0;
  let squares = 0;
  const largest = largestArgument[optics.psf];
  // Three standard deviations above what noise alone can do; patches average it down.
  const threshold =
    noisePower *
    Math.max(smallestSignal, (3 * smoothedNoiseSd) / Math.sqrt(spectra.independentPatches));
  const outermost = Math.min(reach, bandRadPerUm / stepRadPerUm);
  for (let nx = firstColumn; nx <= reach; nx++) {
    const kx = nx * stepRadPerUm;
    for (let ny = -reach; ny <= reach; ny++) {
      const bins2 = nx * nx + ny * ny;
      if (bins2 < smallestBin * smallestBin || bins2 > outermost * outermost) continue;
      const ky = ny * stepRadPerUm;
      const i = nx * rows + ny + reach;
      const s1 = under[i]! - noisePower;
      const s2 = over[i]! - noisePower;
      if (s1 <= threshold || s2 <= threshold) continue;
      const u = logTransfer(z - perturbationUm, a, b, kx, ky, convergence, isDisc, largest);
      const o = logTransfer(z + perturbationUm, a, b, kx, ky, convergence, isDisc, largest);
      if (u === undefined || o === undefined) continue;
      // The specimen's own speckle is the same in both frames and cancels; noise does not.
      const n1 = noisePower / s1;
      const n2 = noisePower / s2;
      const variance = n1 * (2 + n1) + n2 * (2 + n2) + uncancelledSpeckle;
      const weight = spectra.independentBins / variance;
      const residual = Math.log(s2 / s1) - 2 * (o.value - u.value) - logGain;
      bins += 1;
      squares += (residual * residual) / variance;
      const slope = [2 * (o.dz - u.dz), 2 * (o.da - u.da), 2 * (o.db - u.db), 1];
      for (let p = 0; p < 4; p++) {
        right[p]! += weight * slope[p]! * residual;
        const row = normal[p]!;
        for (let q = 0; q < 4; q++) row[q]! += weight * slope[p]! * slope[q]!;
      }
    }
  }
  const priorSd = [priorSdUm, priorSdUm, priorSdUm, gainPriorSd];
  priorSd.forEach((sd, p) => {
    normal[p]![p]! += 1 / sd ** 2;
    right[p]! -= (theta[p] ?? 0) / sd ** 2;
  });
  const { solution, inverse } = solveSymmetric(normal, right);
  // How much more the logarithms scatter about the fit than noise makes them: specimens are no
  // Gaussian fields, frames are clipped, windows cut.
  const expected = smoothedNoiseSd ** 2 / spectra.independentPatches;
  const excess = Math.max(1, squares / Math.max(bins, 1) / expected);
  return {
    change: solution,
    covariance: inverse.map((row) => row.map((value) => value * excess)),
  };
}

/** Logarithm of the probe's transfer function and its slopes, or nothing beyond the band. */
function logTransfer(
  z: number,
  a: number,
  b: number,
  kx: number,
  ky: number,
  convergence: number,
  isDisc: boolean,
  largest: number,
): { value: number; dz: number; da: number; db: number } | undefined {
  const u = (z - a) * kx - b * ky;
  const v = (z + a) * ky - b * kx;
  const q = u * u + v * v;
  const dz = 2 * (u * kx + v * ky);
  const da = 2 * (v * ky - u * kx);
  const db = -2 * (u * ky + v * kx);
  const na2 = convergence * convergence;
  const x = convergence * Math.sqrt(q);
  if (x > largest) return undefined;
  if (!isDisc) {
    const slope = -na2 / 8;
    return { value: slope * q, dz: slope * dz, da: slope * da, db: slope * db };
  }
  const value = jinc(x);
  const slope = x < 1e-6 ? -na2 / 8 : (jincSlope(x) * na2) / (2 * x * value);
  return { value: Math.log(value), dz: slope * dz, da: slope * da, db: slope * db };
}

// Binomial weights, standard deviation 1.2 bins: together with the window about two.
const kernel = [1, 6, 15, 20, 15, 6, 1].map((weight) => weight / 64);

/** Separable smoothing on the half plane; the other half is the mirror image. */
function smoothed(power: Float64Array, reach: number): Float64Array {
  const rows = 2 * reach + 1;
  const half = (kernel.length - 1) / 2;
  const alongY = new Float64Array(power.length);
  for (let nx = 0; nx <= reach; nx++) {
    for (let ny = 0; ny < rows; ny++) {
      let sum = 0;
      for (let j = -half; j <= half; j++) {
        const row = Math.min(Math.max(ny + j, 0), rows - 1);
        sum += kernel[j + half]! * power[nx * rows + row]!;
      }
      alongY[nx * rows + ny] = sum;
    }
  }
  const out = new Float64Array(power.length);
  for (let nx = 0; nx <= reach; nx++) {
    for (let ny = 0; ny < rows; ny++) {
      let sum = 0;
      for (let j = -half; j <= half; j++) {
        const column = Math.min(nx + j, reach);
        const at = column < 0 ? -column * rows + (rows - 1 - ny) : column * rows + ny;
        sum += kernel[j + half]! * alongY[at]!;
      }
      out[nx * rows + ny] = sum;
    }
  }
  return out;
}
