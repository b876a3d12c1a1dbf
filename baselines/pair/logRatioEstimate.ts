import type { Aberration } from '../../harness/microscope/index.ts';
import { jincOfSquare } from '../../harness/numeric/index.ts';
import { type AberrationEstimate, gainPriorSd, type PairOptics, priorSdUm } from './PairModel.ts';
import { noisePowerOf, type PairSpectra } from './PairSpectra.ts';
import type { SpectrumBins } from './SpectrumBins.ts';
import { smoothedPower, smoothingBins2 } from './smoothedPower.ts';
import { solveSymmetric } from './solveSymmetric.ts';

/**
 * Bins are used up to this NA |M k| in the blurrier frame. The disc's logarithm has its first pole
 * at 3.83; the Gaussian has none, but 3 % of the power is left there.
 */
const largestArgument = { disc: 2.6, gaussian: 3.8 } as const;
/** The first band is chosen for this much aberration beyond the perturbation; the others for the last estimate. */
const firstGuessUm = 25;
/** The first band holds at least this many bins across, however small the patch. */
const smallestBand = 8;
const mostIterations = 16;
/** An estimate from a narrow band is rough: the next one is wider by no more than this. */
const growth = 1.5;
/** The estimate has settled when it changes by less, um. */
const settledUm = 1e-3;
/** Signal below this fraction of the noise tells nothing and its logarithm is biased. */
const smallestSignal = 0.15;
/** Standard deviation of the smoothed power of white noise in one patch, relative to its mean. */
const smoothedNoiseSd = 0.45;
/** What smoothing and slightly different crops leave of the speckle's variance in the ratio. */
const uncancelledSpeckle = 0.02;
/** Residuals beyond this many times their own root mean square count less (Huber's weights). */
const robustLimit = 2;
/** Specimens' powers fall about as |k| to minus this; it moves what a smeared bin shows inwards. */
const specimenSlope = 2.3;

/**
 * Aberration midway between two frames from the logarithm of the ratio of their power spectra.
 *
 * For the Gaussian probe the logarithm is exactly linear,
 * `ln(P_over / P_under) = -NA^2 T [z k^2 - a (kx^2 - ky^2) - 2 b kx ky]`, whatever the specimen:
 * weighted linear least squares, in closed form. For the disc the same equations are solved for its
 * own logarithm by Gauss-Newton steps, inside the first zero of both frames. Power spectra do not
 * know of shifts: nothing has to be aligned.
 *
 * A window smears the spectra, and so does smoothing, which the logarithm needs. That is part of the
 * model: a Gaussian `exp(-k A k)` smeared by a Gaussian of variance s^2 is one with
 * `A (1 + 2 s^2 A)^-1`, of the centre of mass of what the specimen's falling power leaves, which lies
 * `specimenSlope s^2 / k` further in.
 *
 * The noise floor is subtracted, and a bin counts by the variance of its logarithm,
 * `n1 (2 + n1) + n2 (2 + n2)` with n1, n2 the noise-to-signal ratios, and less if it fits badly.
 *
 * @param perturbationUm - T, half the difference of the two working distances.
 * @see Binding, Mikula, Denk 2013 for the transfer functions; Huber 1964 for the weights.
 */
export function logRatioEstimate(
  spectra: PairSpectra,
  bins: SpectrumBins,
  perturbationUm: number,
  optics: PairOptics,
): LogRatioFit {
  const ratios = logRatios(spectra, bins);
  const convergence = optics.convergenceMrad * 1e-3;
  let theta = [0, 0, 0, 0];
  let covariance: number[][] = [];
  let scale = Number.POSITIVE_INFINITY;
  let excess = 1;
  let lastChangeUm = Number.POSITIVE_INFINITY;
  let band = Math.max(
    largestArgument[optics.psf] / (convergence * (perturbationUm + firstGuessUm)),
    smallestBand * spectra.stepRadPerUm,
  );
  for (let iteration = 0; iteration < mostIterations; iteration++) {
    const step = gaussNewtonStep(ratios, perturbationUm, optics, theta, band, scale);
    covariance = step.covariance;
    ({ scale, excess } = step);
    theta = theta.map((value, i) => value + (step.change[i] ?? 0));
    band *= growth;
    lastChangeUm = Math.max(...step.change.slice(0, 3).map(Math.abs));
    if (lastChangeUm < settledUm && band > spectra.reach * spectra.stepRadPerUm) break;
  }
  const [zUm = 0, aUm = 0, bUm = 0, logGain = 0] = theta;
  return {
    aberration: { zUm, aUm, bUm },
    logGain,
    covarianceUm2: covariance.slice(0, 3).map((row) => row.slice(0, 3)),
    excess,
    lastChangeUm,
  };
}

/** What the logarithms of the ratio say. */
export interface LogRatioFit extends AberrationEstimate {
  /** Logarithm of the over frame's contrast relative to the under frame's. */
  readonly logGain: number;
  /** How many times more the logarithms scatter about the fit than noise makes them, at least 1. */
  readonly excess: number;
  /** Of z, a or b by the last step, um: large where the search swings between two solutions. */
  readonly lastChangeUm: number;
}

/** The bins that stand above the noise in both frames, from the lowest frequency on. */
interface LogRatios {
  readonly count: number;
  /** The wave vectors that they show. */
  readonly kx: Float64Array;
  readonly ky: Float64Array;
  /** ln(over / under), noise subtracted, and its variance for one independent bin. */
  readonly value: Float64Array;
  readonly variance: Float64Array;
  readonly smearRadPerUm2: number;
  readonly independentBins: number;
  /** Variance of a smoothed value relative to that of one bin. */
  readonly smoothedVariance: number;
}

function logRatios(spectra: PairSpectra, bins: SpectrumBins): LogRatios {
  const under = smoothedPower(spectra.powerUnder, spectra.reach);
  const over = smoothedPower(spectra.powerOver, spectra.reach);
  const noise = noisePowerOf(spectra);
  // Three standard deviations above what noise alone can do; patches average it down.
  const threshold =
    noise * Math.max(smallestSignal, (3 * smoothedNoiseSd) / Math.sqrt(spectra.independentPatches));
  const smearBins2 = spectra.smearBins2 + smoothingBins2;
  const size = bins.at.length;
  const kx = new Float64Array(size);
  const ky = new Float64Array(size);
  const value = new Float64Array(size);
  const variance = new Float64Array(size);
  let count = 0;
  for (let j = 0; j < size; j++) {
    const i = bins.at[j]!;
    const s1 = under[i]! - noise;
    const s2 = over[i]! - noise;
    if (s1 <= threshold || s2 <= threshold) continue;
    const nx = bins.nx[j]!;
    const ny = bins.ny[j]!;
    const inwards = spectra.stepRadPerUm * (1 - (specimenSlope * smearBins2) / (nx * nx + ny * ny));
    if (inwards <= 0) continue;
    // The specimen's own speckle is the same in both frames and cancels; noise does not.
    const n1 = noise / s1;
    const n2 = noise / s2;
    kx[count] = nx * inwards;
    ky[count] = ny * inwards;
    value[count] = Math.log(s2 / s1);
    variance[count] = n1 * (2 + n1) + n2 * (2 + n2) + uncancelledSpeckle;
    count += 1;
  }
  return {
    count,
    kx,
    ky,
    value,
    variance,
    smearRadPerUm2: smearBins2 * spectra.stepRadPerUm ** 2,
    independentBins: spectra.independentBins,
    smoothedVariance: smoothedNoiseSd ** 2 / spectra.independentPatches,
  };
}

/** One step of regularised, weighted least squares for (z, a, b, logarithm of the gain ratio). */
function gaussNewtonStep(
  ratios: LogRatios,
  T: number,
  optics: PairOptics,
  theta: readonly number[],
  bandRadPerUm: number,
  scale: number,
): { change: number[]; covariance: number[][]; scale: number; excess: number } {
  const [zUm = 0, aUm = 0, bUm = 0, logGain = 0] = theta;
  const isDisc = optics.psf === 'disc';
  const largest2 = largestArgument[optics.psf] ** 2;
  const frame = (sign: number) =>
    smearedForms({ zUm: zUm + sign * T, aUm, bUm }, optics, ratios.smearRadPerUm2);
  const under = frame(-1);
  const over = frame(1);
  const offset = logGain + over.logHeight - under.logHeight;
  const normal = Array.from({ length: 4 }, () => new Float64Array(4));
  const right = new Float64Array(4);
  const slope = new Float64Array([0, 0, 0, 1]);
  const one = new Float64Array(2);
  const other = new Float64Array(2);
  const { kx, ky, value, variance } = ratios;
  const band2 = bandRadPerUm ** 2;
  let squares = 0;
  let used = 0;
  for (let j = 0; j < ratios.count; j++) {
    const xx = kx[j]! * kx[j]!;
    const yy = ky[j]! * ky[j]!;
    if (xx + yy > band2) continue;
    const xy = 2 * kx[j]! * ky[j]!;
    const [f, g] = [under.form, over.form];
    const underX2 = f[0]! * xx + f[1]! * xy + f[2]! * yy;
    const overX2 = g[0]! * xx + g[1]! * xy + g[2]! * yy;
    if (underX2 > largest2 || overX2 > largest2) continue;
    logPower(underX2, isDisc, one);
    logPower(overX2, isDisc, other);
    const residual = value[j]! - (other[0]! - one[0]!) - offset;
    const square = (residual * residual) / variance[j]!;
    const trust = Math.min(1, (robustLimit * scale) / Math.sqrt(square + 1e-300));
    const weight = (trust * ratios.independentBins) / variance[j]!;
    squares += trust * square;
    used += trust;
    for (let p = 0; p < 3; p++) {
      const df = under.slopes[p]!;
      const dg = over.slopes[p]!;
      slope[p] =
        other[1]! * (dg[0]! * xx + dg[1]! * xy + dg[2]! * yy) -
        one[1]! * (df[0]! * xx + df[1]! * xy + df[2]! * yy);
    }
    for (let p = 0; p < 4; p++) {
      const weighted = weight * slope[p]!;
      right[p]! += weighted * residual;
      const row = normal[p]!;
      for (let q = 0; q <= p; q++) row[q]! += weighted * slope[q]!;
    }
  }
  const full = normal.map((row, p) =>
    Array.from(row, (_, q) => (q <= p ? row[q]! : normal[q]![p]!)),
  );
  [priorSdUm, priorSdUm, priorSdUm, gainPriorSd].forEach((sd, p) => {
    full[p]![p]! += 1 / sd ** 2;
    right[p]! -= (theta[p] ?? 0) / sd ** 2;
  });
  const { solution, inverse } = solveSymmetric(full, [...right]);
  const meanSquare = squares / Math.max(used, 1);
  // How much more the logarithms scatter about the fit than noise makes them: specimens are no
  // Gaussian fields, frames are clipped.
  const excess = Math.max(1, meanSquare / ratios.smoothedVariance);
  return {
    change: solution,
    covariance: inverse.map((row) => row.map((entry) => entry * excess)),
    scale: Math.sqrt(meanSquare),
    excess,
  };
}

/** Logarithm of the squared transfer function, and its slope, from x^2 = (NA |M k|)^2. */
function logPower(x2: number, isDisc: boolean, out: Float64Array): void {
  if (!isDisc) {
    out[0] = -x2 / 4;
    out[1] = -1 / 4;
    return;
  }
  jincOfSquare(x2, out);
  const value = out[0]!;
  out[1] = (2 * out[1]!) / value;
  out[0] = 2 * Math.log(value);
}

/** x^2 = form[0] kx^2 + form[1] 2 kx ky + form[2] ky^2 of one smeared frame, its slopes, its height. */
interface SmearedForms {
  readonly form: readonly number[];
  /** Towards z, a, b. */
  readonly slopes: readonly (readonly number[])[];
  /** Logarithm of what smearing leaves of the power at the origin. */
  readonly logHeight: number;
}

/** For derivatives of the forms, um. */
const difference = 1e-4;

function smearedForms(
  aberration: Aberration,
  optics: PairOptics,
  smearRadPerUm2: number,
): SmearedForms {
  const formAt = (move: Partial<Aberration>) =>
    smearedForm({ ...aberration, ...move }, optics.convergenceMrad * 1e-3, smearRadPerUm2);
  const { form, logHeight } = formAt({});
  const slopes = (['zUm', 'aUm', 'bUm'] as const).map((name) => {
    const higher = formAt({ [name]: aberration[name] + difference }).form;
    const lower = formAt({ [name]: aberration[name] - difference }).form;
    return higher.map((value, i) => (value - (lower[i] ?? 0)) / (2 * difference));
  });
  return { form, slopes, logHeight };
}

/** NA^2 M^2 with every eigenvalue l made l / (1 + s^2 l / 2): its power spectrum is exp(-x^2 / 4). */
function smearedForm(
  { zUm, aUm, bUm }: Aberration,
  convergence: number,
  smearRadPerUm2: number,
): { form: number[]; logHeight: number } {
  const r = Math.hypot(aUm, bUm);
  const eigenvalue = (focus: number) => (convergence * focus) ** 2;
  const [first, second] = [eigenvalue(zUm - r), eigenvalue(zUm + r)];
  const shrink = (value: number) => 1 + (smearRadPerUm2 * value) / 2;
  const p = first / shrink(first);
  const q = second / shrink(second);
  // Along atan2(b, a) / 2 the first, across it the second.
  const [cosine, sine] = r === 0 ? [1, 0] : [aUm / r, bUm / r];
  const mean = (p + q) / 2;
  const half = (p - q) / 2;
  return {
    form: [mean + half * cosine, half * sine, mean - half * cosine],
    logHeight: -Math.log(shrink(first) * shrink(second)) / 2,
  };
}
