import type { Aberration } from '../../harness/microscope/index.ts';
import { jinc, jincSlope } from '../../harness/numeric/index.ts';
import { gainPriorSd, type PairOptics, priorSdUm, smallestBin } from '../pair/PairModel.ts';
import { firstColumn, type PairSpectra } from '../pair/PairSpectra.ts';
import { solveSymmetric } from '../pair/solveSymmetric.ts';

/** Everything the two frames do not share: aberration, displacement, gain. */
export interface PairState {
  readonly aberration: Aberration;
  /** By how much the over frame's content is moved against the under frame's, um, x right, y down. */
  readonly shiftUm: { readonly x: number; readonly y: number };
  /** Logarithm of the over frame's contrast relative to the under frame's. */
  readonly logGain: number;
}

/** Value and expansion of the negative logarithm of the posterior at one state. */
export interface Expansion {
  readonly cost: number;
  /** Towards z, a, b (um), logarithm of the gain; then shift x, y (um). */
  readonly gradient: readonly number[];
  readonly shiftGradient: readonly [number, number];
  /** Expected curvature (Fisher information and prior) of the first four. */
  readonly curvature: readonly (readonly number[])[];
  readonly shiftCurvature: readonly (readonly number[])[];
}

/** Beyond what alignment has left; a wide prior that holds the shift where nothing is to be seen. */
const shiftPriorSdUm = 0.05;
/** Rings of the prior spectrum, in bins of the spectrum. */
const ringWidth = 1.5;
/** Sum over a ring of D^2 below which it is as good as zero: amplitudes of less than a thousandth. */
const vanished = 1e-12;
/** The reweighting settles within a few passes. */
const mostPriorPasses = 12;
/** rho of a ring without specimen; not 0, which would hold it there. */
const emptyRing = 1e-9;
/** Standard deviations above noise that a ring must stand for the final uncertainty to count it. */
const finalSignificance = 3;

/**
 * Posterior of the state of a pair under the two-frame model of MAPFoSt with a Gaussian prior on
 * the object, the object integrated out:
 *
 *     I_j(k) = O(k) m_j(k) + n_j(k),   O ~ CN(0, P(k)),   n_j ~ CN(0, s2)
 *
 * With rho = P/s2, D = m_1^2 + m_2^2 and G = m_1 I_1 + m_2 I_2, the negative logarithm is the sum
 * over the half plane of `ln(1 + rho D) - (rho / s2) |G|^2 / (1 + rho D)`, apart from constants.
 * P is isotropic and unknown: it is estimated on every ring from the same data, and the
 * information that it takes away is subtracted. What is left is what the *ratio* of the frames
 * says, weighted by how far the specimen stands above the noise at every k.
 *
 * The displacement between the frames turns the phase of their cross spectrum only; it is
 * estimated along, so that no interpolated frame is needed.
 *
 * @see Binding, Mikula, Denk 2013 (the model); Gaussian object prior and Fisher information: the
 *   2x2 covariance `C = P m m^H + s2 I` of the pair at every k.
 */
export class PairLikelihood {
  readonly #spectra: PairSpectra;
  readonly #optics: PairOptics;
  readonly #perturbationUm: number;
  readonly #bins: Int32Array;
  /** Ring of every bin. */
  readonly #rings: Int32Array;
  readonly #ringCount: number;
  // One entry per bin, filled by #transfer.
  readonly #m1: Float64Array;
  readonly #m2: Float64Array;
  /** dm/dq of both frames, to be multiplied by dq/d(z, a, b). */
  readonly #slope1: Float64Array;
  readonly #slope2: Float64Array;
  // Filled by #sum: information on the logarithm of each ring's prior, and shared with the parameters.
  readonly #ringOwn: Float64Array;
  readonly #ringCross: Float64Array;

  constructor(spectra: PairSpectra, perturbationUm: number, optics: PairOptics) {
    this.#spectra = spectra;
    this.#optics = optics;
    this.#perturbationUm = perturbationUm;
    const { reach } = spectra;
    const bins: number[] = [];
    const rings: number[] = [];
    for (let nx = firstColumn; nx <= reach; nx++) {
      for (let ny = -reach; ny <= reach; ny++) {
        const radius = Math.hypot(nx, ny);
        if (radius < smallestBin || radius > reach) continue;
        bins.push(nx * (2 * reach + 1) + ny + reach);
        rings.push(Math.floor((radius - smallestBin) / ringWidth));
      }
    }
    this.#bins = Int32Array.from(bins);
    this.#rings = Int32Array.from(rings);
    this.#ringCount = rings.reduce((most, ring) => Math.max(most, ring), -1) + 1;
    this.#m1 = new Float64Array(bins.length);
    this.#m2 = new Float64Array(bins.length);
    this.#slope1 = new Float64Array(bins.length);
    this.#slope2 = new Float64Array(bins.length);
    this.#ringOwn = new Float64Array(this.#ringCount);
    this.#ringCross = new Float64Array(4 * this.#ringCount);
  }

  /** Prior powers of the rings, aberration, gain and shift. */
  get freeParameters(): number {
    return this.#ringCount + 6;
  }

  expand(state: PairState): Expansion {
    // No ring counts as empty while searching: that keeps the cost continuous.
    return this.#sum(state, this.#priorsAt(state, 0));
  }

  /**
   * Covariance of (z, a, b, logarithm of the gain) at the maximum, um^2.
   *
   * The inverse curvature, times how much more the gradients of the bins scatter than the model
   * says: real specimens are no Gaussian fields, frames are clipped, windows cut. The factor is
   * trace(curvature^-1 scatter) / 4, at least 1.
   *
   * @see Huber 1967 (the sandwich estimator, of which this is the scalar part).
   */
  covarianceAt(state: PairState): number[][] {
    const scores = new Float64Array(5 * this.#bins.length);
    const { curvature } = this.#sum(state, this.#priorsAt(state, finalSignificance), scores);
    const { inverse } = solveSymmetric(curvature, [0, 0, 0, 0]);
    const scatter = this.#scatter(scores);
    let trace = 0;
    for (let p = 0; p < 4; p++) {
      for (let q = 0; q < 4; q++) trace += inverse[p]![q]! * scatter[q]![p]!;
    }
    const excess = Math.max(1, trace / 4);
    return inverse.map((row) => row.map((value) => value * excess));
  }

  /** Covariance of the gradient as the bins show it, what their rings' priors explain taken out. */
  #scatter(scores: Float64Array): number[][] {
    const { independentBins, independentPatches } = this.#spectra;
    const out = Array.from({ length: 4 }, () => [0, 0, 0, 0]);
    const left = [0, 0, 0, 0];
    for (let j = 0; j < this.#bins.length; j++) {
      const ring = this.#rings[j]!;
      const own = this.#ringOwn[ring]!;
      for (let p = 0; p < 4; p++) {
        const explained = own > 0 ? this.#ringCross[4 * ring + p]! / own : 0;
        left[p] = scores[5 * j + p]! - explained * scores[5 * j + 4]!;
      }
      for (let p = 0; p < 4; p++) {
        for (let q = 0; q < 4; q++) out[p]![q]! += left[p]! * left[q]!;
      }
    }
    // Neighbouring bins scatter together: the window correlates them.
    const scale = independentBins * independentPatches;
    return out.map((row) => row.map((value) => value * scale));
  }

  /**
   * @param significance - Rings whose common power is not this many standard deviations above what
   *   noise alone can do count as empty, so that the final uncertainty does not feed on noise.
   */
  #priorsAt(state: PairState, significance: number): Float64Array {
    const { zUm: z, aUm: a, bUm: b } = state.aberration;
    const T = this.#perturbationUm;
    this.#transfer(z - T, a, b, this.#m1, this.#slope1, 1);
    this.#transfer(z + T, a, b, this.#m2, this.#slope2, Math.exp(state.logGain));
    return this.#ringPrior(this.#matchedPower(state), significance);
  }

  /** Transfer function of one frame at every bin, times a gain, and its slope in q = |M k|^2. */
  #transfer(
    z: number,
    a: number,
    b: number,
    m: Float64Array,
    slope: Float64Array,
    gain: number,
  ): void {
    const { reach, stepRadPerUm } = this.#spectra;
    const rows = 2 * reach + 1;
    const convergence = this.#optics.convergenceMrad * 1e-3;
    const na2 = convergence * convergence;
    const isDisc = this.#optics.psf === 'disc';
    const bins = this.#bins;
    for (let j = 0; j < bins.length; j++) {
      const nx = Math.floor(bins[j]! / rows);
      const kx = nx * stepRadPerUm;
      const ky = (bins[j]! - nx * rows - reach) * stepRadPerUm;
      const u = (z - a) * kx - b * ky;
      const v = (z + a) * ky - b * kx;
      const q = u * u + v * v;
      if (isDisc) {
        const x = convergence * Math.sqrt(q);
        m[j] = gain * jinc(x);
        slope[j] = x < 1e-6 ? (-gain * na2) / 8 : (gain * jincSlope(x) * na2) / (2 * x);
      } else {
        const value = gain * Math.exp((-na2 * q) / 8);
        m[j] = value;
        slope[j] = (-na2 / 8) * value;
      }
    }
  }

  /** |G|^2 at every bin: the power that the two frames hold in common. */
  #matchedPower(state: PairState): Float64Array {
    const { powerUnder, powerOver, crossRe, crossIm } = this.#spectra;
    const bins = this.#bins;
    const out = new Float64Array(bins.length);
    for (let j = 0; j < bins.length; j++) {
      const i = bins[j]!;
      const phase = this.#phase(i, state);
      const aligned = crossRe[i]! * Math.cos(phase) - crossIm[i]! * Math.sin(phase);
      const m1 = this.#m1[j]!;
      const m2 = this.#m2[j]!;
      out[j] = m1 * m1 * powerUnder[i]! + m2 * m2 * powerOver[i]! + 2 * m1 * m2 * aligned;
    }
    return out;
  }

  /** k times the displacement at a place of the spectrum. */
  #phase(i: number, { shiftUm }: PairState): number {
    const { reach, stepRadPerUm } = this.#spectra;
    const rows = 2 * reach + 1;
    const nx = Math.floor(i / rows);
    return stepRadPerUm * (nx * shiftUm.x + (i - nx * rows - reach) * shiftUm.y);
  }

  /**
   * rho of every ring: the weighted mean of `(|G|^2 / D - s2) / D`, the weight being the inverse
   * variance `D^2 / (1 + rho D)^2`, repeated because the weight holds the answer.
   */
  #ringPrior(matched: Float64Array, significance: number): Float64Array {
    const { noisePower, independentBins } = this.#spectra;
    const rho = new Float64Array(this.#ringCount).fill(1);
    const top = new Float64Array(this.#ringCount);
    const bottom = new Float64Array(this.#ringCount);
    // Variance of `top` for noise alone: |G|^2 / s2 is then exponential with mean D.
    const noise = new Float64Array(this.#ringCount);
    let largestChange = Infinity;
    for (let pass = 0; pass < mostPriorPasses && largestChange > 1e-4; pass++) {
      largestChange = 0;
      top.fill(0);
      bottom.fill(0);
      noise.fill(0);
      for (let j = 0; j < matched.length; j++) {
        const ring = this.#rings[j]!;
        const D = this.#m1[j]! ** 2 + this.#m2[j]! ** 2;
        const weight = 1 / (1 + rho[ring]! * D) ** 2;
        top[ring]! += weight * (matched[j]! / noisePower - D);
        bottom[ring]! += weight * D * D;
        noise[ring]! += (weight * D) ** 2 / independentBins;
      }
      for (let ring = 0; ring < rho.length; ring++) {
        // Where both transfer functions have vanished nothing is known of the ring.
        const isEmpty =
          !(bottom[ring]! > vanished) || top[ring]! <= significance * Math.sqrt(noise[ring]!);
        const next = isEmpty ? emptyRing : Math.max(top[ring]! / bottom[ring]!, emptyRing);
        largestChange = Math.max(largestChange, Math.abs(next / rho[ring]! - 1));
        rho[ring] = next;
      }
    }
    return rho;
  }

  /** @param scores - Filled with the gradient of every bin, if given: four parameters, then its ring's prior. */
  #sum(state: PairState, priors: Float64Array, scores?: Float64Array): Expansion {
    const { powerUnder, powerOver, crossRe, crossIm, noisePower, reach, stepRadPerUm } =
      this.#spectra;
    const rows = 2 * reach + 1;
    const { zUm: z, aUm: a, bUm: b } = state.aberration;
    const T = this.#perturbationUm;
    const bins = this.#bins;
    const gradient = [0, 0, 0, 0];
    const curvature = Array.from({ length: 4 }, () => [0, 0, 0, 0]);
    // Information on the ring's prior, and on both together: subtracted per ring below.
    const ringOwn = this.#ringOwn.fill(0);
    const ringCross = this.#ringCross.fill(0);
    let cost = 0;
    let gx = 0;
    let gy = 0;
    let hxx = 0;
    let hxy = 0;
    let hyy = 0;
    const d1 = [0, 0, 0, 0];
    const d2 = [0, 0, 0, 0];
    const common = [0, 0, 0, 0];
    const contrary = [0, 0, 0, 0];
    for (let j = 0; j < bins.length; j++) {
      const i = bins[j]!;
      const ring = this.#rings[j]!;
      const nx = Math.floor(i / rows);
      const kx = nx * stepRadPerUm;
      const ky = (i - nx * rows - reach) * stepRadPerUm;
      const phase = kx * state.shiftUm.x + ky * state.shiftUm.y;
      const cosine = Math.cos(phase);
      const sine = Math.sin(phase);
      const p1 = powerUnder[i]! / noisePower;
      const p2 = powerOver[i]! / noisePower;
      const re = (crossRe[i]! * cosine - crossIm[i]! * sine) / noisePower;
      const im = (crossRe[i]! * sine + crossIm[i]! * cosine) / noisePower;
      const m1 = this.#m1[j]!;
      const m2 = this.#m2[j]!;
      const rho = priors[ring]!;
      const D = m1 * m1 + m2 * m2;
      const E = 1 + rho * D;
      const N = m1 * m1 * p1 + m2 * m2 * p2 + 2 * m1 * m2 * re;
      cost += Math.log(E) - (rho * N) / E;
      const towardsM1 = (2 * rho * (m1 - m1 * p1 - m2 * re + (rho * m1 * N) / E)) / E;
      const towardsM2 = (2 * rho * (m2 - m2 * p2 - m1 * re + (rho * m2 * N) / E)) / E;
      const towardsPhase = (2 * rho * m1 * m2 * im) / E;
      gx += towardsPhase * kx;
      gy += towardsPhase * ky;
      const phaseInformation = (2 * rho * rho * m1 * m1 * m2 * m2) / E;
      hxx += phaseInformation * kx * kx;
      hxy += phaseInformation * kx * ky;
      hyy += phaseInformation * ky * ky;

      const slope1 = this.#slope1[j]!;
      const slope2 = this.#slope2[j]!;
      const k2 = kx * kx + ky * ky;
      const difference = kx * kx - ky * ky;
      const product = 2 * kx * ky;
      const z1 = z - T;
      const z2 = z + T;
      d1[0] = slope1 * 2 * (z1 * k2 - a * difference - b * product);
      d2[0] = slope2 * 2 * (z2 * k2 - a * difference - b * product);
      d1[1] = slope1 * 2 * (a * k2 - z1 * difference);
      d2[1] = slope2 * 2 * (a * k2 - z2 * difference);
      d1[2] = slope1 * 2 * (b * k2 - z1 * product);
      d2[2] = slope2 * 2 * (b * k2 - z2 * product);
      d1[3] = 0;
      d2[3] = m2;
      // Change of (m1, m2) along itself and across it, times sqrt(D).
      const along = (2 * rho) / E;
      const across = Math.sqrt((2 * rho * rho) / E);
      for (let p = 0; p < 4; p++) {
        const score = towardsM1 * d1[p]! + towardsM2 * d2[p]!;
        gradient[p]! += score;
        if (scores !== undefined) scores[5 * j + p] = score;
        common[p] = along * (m1 * d1[p]! + m2 * d2[p]!);
        contrary[p] = across * (m1 * d2[p]! - m2 * d1[p]!);
      }
      // The logarithm of the ring's prior moves E by rho D, as `common` does by 2 rho (m dm).
      const own = (rho * D) / E;
      ringOwn[ring]! += own * own;
      if (scores !== undefined) scores[5 * j + 4] = own - (rho * N) / (E * E);
      for (let p = 0; p < 4; p++) {
        ringCross[4 * ring + p]! += own * common[p]!;
        const row = curvature[p]!;
        for (let q = 0; q <= p; q++)
          row[q]! += common[p]! * common[q]! + contrary[p]! * contrary[q]!;
      }
    }
    for (let ring = 0; ring < this.#ringCount; ring++) {
      const own = ringOwn[ring]!;
      if (own <= 0) continue;
      for (let p = 0; p < 4; p++) {
        const row = curvature[p]!;
        for (let q = 0; q <= p; q++) {
          row[q]! -= (ringCross[4 * ring + p]! * ringCross[4 * ring + q]!) / own;
        }
      }
    }
    return this.#withPrior(state, cost, gradient, curvature, [gx, gy], [hxx, hxy, hyy]);
  }

  /** Scales by the independent observations per bin and adds the priors. */
  #withPrior(
    state: PairState,
    cost: number,
    gradient: number[],
    lower: number[][],
    shiftGradient: readonly [number, number],
    [hxx, hxy, hyy]: readonly [number, number, number],
  ): Expansion {
    const scale = this.#spectra.independentBins;
    const { aberration, shiftUm, logGain } = state;
    const theta = [aberration.zUm, aberration.aUm, aberration.bUm, logGain];
    const priorSd = [priorSdUm, priorSdUm, priorSdUm, gainPriorSd];
    let total = scale * cost;
    const curvature = lower.map((row, p) =>
      row.map((_, q) => scale * (q <= p ? lower[p]![q]! : lower[q]![p]!)),
    );
    const towards = gradient.map((value) => scale * value);
    priorSd.forEach((sd, p) => {
      const value = theta[p] ?? 0;
      total += value ** 2 / (2 * sd ** 2);
      towards[p]! += value / sd ** 2;
      curvature[p]![p]! += 1 / sd ** 2;
    });
    const shiftPrior = 1 / shiftPriorSdUm ** 2;
    total += (shiftPrior * (shiftUm.x ** 2 + shiftUm.y ** 2)) / 2;
    return {
      cost: total,
      gradient: towards,
      curvature,
      shiftGradient: [
        scale * shiftGradient[0] + shiftPrior * shiftUm.x,
        scale * shiftGradient[1] + shiftPrior * shiftUm.y,
      ],
      shiftCurvature: [
        [scale * hxx + shiftPrior, scale * hxy],
        [scale * hxy, scale * hyy + shiftPrior],
      ],
    };
  }
}

/** Where the search ended, with the covariance of (z, a, b) in um^2. */
export interface PosteriorMaximum {
  readonly state: PairState;
  /** Logarithm of the ratio of the likelihood here to that of two frames of noise alone, nats. */
  readonly logLikelihoodRatio: number;
  readonly covarianceUm2: readonly (readonly number[])[];
  readonly evaluations: number;
}

const mostIterations = 25;
/** No single step changes an aberration by more than this: the expansion is local. */
const largestStepUm = 6;

/** Fisher scoring with Levenberg's damping from a start; ends when steps are below 1 nm. */
export function maximisePosterior(likelihood: PairLikelihood, start: PairState): PosteriorMaximum {
  let state = start;
  let at = likelihood.expand(state);
  let damping = 1e-3;
  let evaluations = 1;
  for (let iteration = 0; iteration < mostIterations; iteration++) {
    const damped = at.curvature.map((row, p) =>
      row.map((value, q) => (p === q ? value * (1 + damping) : value)),
    );
    const step = solveSymmetric(damped, at.gradient).solution;
    const shiftStep = solveSymmetric(at.shiftCurvature, at.shiftGradient).solution;
    const largest = Math.max(...step.slice(0, 3).map(Math.abs));
    const shorten = Math.min(1, largestStepUm / Math.max(largest, 1e-12));
    const [dz = 0, da = 0, db = 0, dGain = 0] = step.map((value) => value * shorten);
    const [dx = 0, dy = 0] = shiftStep;
    const next: PairState = {
      aberration: {
        zUm: state.aberration.zUm - dz,
        aUm: state.aberration.aUm - da,
        bUm: state.aberration.bUm - db,
      },
      shiftUm: { x: state.shiftUm.x - dx, y: state.shiftUm.y - dy },
      logGain: state.logGain - dGain,
    };
    const expansion = likelihood.expand(next);
    evaluations += 1;
    if (expansion.cost <= at.cost) {
      state = next;
      at = expansion;
      damping = Math.max(damping / 5, 1e-6);
      if (largest < 1e-3 && Math.hypot(dx, dy) < 1e-4) break;
    } else {
      damping *= 10;
      if (damping > 1e6) break;
    }
  }
  return {
    state,
    // The cost of an empty specimen is 0.
    logLikelihoodRatio: -at.cost,
    covarianceUm2: likelihood
      .covarianceAt(state)
      .slice(0, 3)
      .map((row) => row.slice(0, 3)),
    evaluations,
  };
}
