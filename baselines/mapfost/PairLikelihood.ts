import type { Aberration } from '../../harness/microscope/index.ts';
import { jincOfSquare } from '../../harness/numeric/index.ts';
import { gainPriorSd, type PairOptics, priorSdUm } from '../pair/PairModel.ts';
import { noisePowerOf, type PairSpectra } from '../pair/PairSpectra.ts';
import type { SpectrumBins } from '../pair/SpectrumBins.ts';
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

/**
 * What is known of the specimen beforehand. `estimated`: a Gaussian field whose power is the same
 * all along a ring of the spectrum, and is estimated from the data. `flat`: nothing, so that the
 * specimen that fits best is put in (profile likelihood), as in the published package.
 */
export type ObjectPrior = 'estimated' | 'flat';

/** The assumptions, and the free parameters. */
export interface LikelihoodOptions {
  readonly objectPrior: ObjectPrior;
  /** Standard deviation of the Gaussian prior on z, a and b, um; infinite for none. */
  readonly aberrationPriorSdUm: number;
  /** Whether displacement and gain are estimated along, or held at what the start says. */
  readonly nuisances: 'estimated' | 'held';
}

/** Everything that is not known is estimated. */
export const usualLikelihood: LikelihoodOptions = {
  objectPrior: 'estimated',
  aberrationPriorSdUm: priorSdUm,
  nuisances: 'estimated',
};

/** Beyond what alignment has left; a wide prior that holds the shift where nothing is to be seen. */
const shiftPriorSdUm = 0.05;
/** Sum over a ring of D^2 below which it is as good as zero: amplitudes of less than a thousandth. */
const vanished = 1e-12;
/** Newton's steps on a ring's prior; started from the last state's they settle within two or three. */
const mostPriorPasses = 12;
/** rho of a ring without specimen; not 0, which would hold it there. */
const emptyRing = 1e-9;
/** Standard deviations above noise that a ring must stand for the final uncertainty to count it. */
const finalSignificance = 3;
/** A flat prior is one of this power over the noise's: 1/eps, eps of the published package. */
const flatRho = 1e6;
/**
 * By how many nats per free parameter structure must be likelier than noise alone. Between what 48
 * estimates of each specimen gave (`merlin` and `merlin-real`, 50 and 200 ns, 1024 x 768 px, patches of
 * 128, 384 and 768 px, 2 and 11 um off): at most 0.1 on `blank`, at least 339 on `tissue`.
 */
const natsPerParameter = 4;
/** Of the strongest rings, when asking whether there is a specimen. */
const ringsLeftOut = 2;
/** Products of factors above 1 are gathered up to this before a logarithm is taken. */
const largestProduct = 1e250;

/**
 * Posterior of the state of a pair under the two-frame model of MAPFoSt, the object integrated out:
 *
 *     I_j(k) = O(k) m_j(k) + n_j(k),   O ~ CN(0, P(k)),   n_j ~ CN(0, s2)
 *
 * With rho = P/s2, D = m_1^2 + m_2^2 and G = m_1 I_1 + m_2 I_2, the negative logarithm is the sum
 * over the half plane of `ln(1 + rho D) - (rho / s2) |G|^2 / (1 + rho D)`, apart from constants.
 * P is isotropic and unknown: it is estimated on every ring from the same data, and the
 * information that it takes away is subtracted. What is left is what the *ratio* of the frames
 * says, weighted by how far the specimen stands above the noise at every k.
 *
 * With a flat prior rho is very large and the first term is left out: J(A) of the published package.
 *
 * The in-focus spot multiplies both transfer functions by exp(-sigma^2 k^2 / 2). The displacement
 * between the frames turns the phase of their cross spectrum only; it is estimated along, so that
 * no interpolated frame is needed.
 *
 * @see Binding, Mikula, Denk 2013 (the model); Gaussian object prior and Fisher information: the
 *   2x2 covariance `C = P m m^H + s2 I` of the pair at every k.
 */
export class PairLikelihood {
  #spectra: PairSpectra;
  readonly #bins: SpectrumBins;
  readonly #optics: PairOptics;
  readonly #perturbationUm: number;
  readonly #options: LikelihoodOptions;
  #ringCount: number;
  #binCount: number;
  // One entry per bin, ring by ring. Powers in units of the noise.
  readonly #kx: Float64Array;
  readonly #ky: Float64Array;
  readonly #under: Float64Array;
  readonly #over: Float64Array;
  readonly #crossRe: Float64Array;
  readonly #crossIm: Float64Array;
  readonly #spot: Float64Array;
  // Filled at every state.
  readonly #m1: Float64Array;
  readonly #m2: Float64Array;
  /** dm/dq of both frames, to be multiplied by dq/d(z, a, b). */
  readonly #slope1: Float64Array;
  readonly #slope2: Float64Array;
  /** Real and imaginary part of the cross spectrum, aligned. */
  readonly #alignedRe: Float64Array;
  readonly #alignedIm: Float64Array;
  /** |G|^2 / s2: the power that the two frames hold in common. */
  readonly #matched: Float64Array;
  readonly #rho: Float64Array;
  // Information on the logarithm of each ring's prior, and shared with the parameters.
  readonly #ringOwn: Float64Array;
  readonly #ringCross: Float64Array;
  /** By how much each ring's specimen is likelier than noise alone, per independent observation. */
  readonly #ringNats: Float64Array;

  constructor(
    spectra: PairSpectra,
    bins: SpectrumBins,
    perturbationUm: number,
    optics: PairOptics,
    options: LikelihoodOptions = usualLikelihood,
  ) {
    this.#spectra = spectra;
    this.#bins = bins;
    this.#optics = optics;
    this.#perturbationUm = perturbationUm;
    this.#options = options;
    const count = bins.at.length;
    const room = () => new Float64Array(count);
    const spotUm = optics.residualSpotNm * 1e-3;
    this.#kx = room();
    this.#ky = room();
    this.#under = room();
    this.#over = room();
    this.#crossRe = room();
    this.#crossIm = room();
    this.#spot = room();
    for (let j = 0; j < count; j++) {
      const kx = bins.nx[j]! * spectra.stepRadPerUm;
      const ky = bins.ny[j]! * spectra.stepRadPerUm;
      this.#kx[j] = kx;
      this.#ky[j] = ky;
      this.#spot[j] = Math.exp((-spotUm * spotUm * (kx * kx + ky * ky)) / 2);
    }
    this.#m1 = room();
    this.#m2 = room();
    this.#slope1 = room();
    this.#slope2 = room();
    this.#alignedRe = room();
    this.#alignedIm = room();
    this.#matched = room();
    const rings = bins.ringStarts.length - 1;
    this.#ringCount = rings;
    this.#binCount = count;
    this.#rho = new Float64Array(rings).fill(1);
    this.#ringOwn = new Float64Array(rings);
    this.#ringNats = new Float64Array(rings);
    this.#ringCross = new Float64Array(4 * rings);
    this.useSpectra(spectra);
  }

  /** Looks at other spectra of the same layout from now on. */
  useSpectra(spectra: PairSpectra): void {
    this.#spectra = spectra;
    const noise = noisePowerOf(spectra);
    const { at } = this.#bins;
    for (let j = 0; j < at.length; j++) {
      const i = at[j]!;
      this.#under[j] = spectra.powerUnder[i]! / noise;
      this.#over[j] = spectra.powerOver[i]! / noise;
      this.#crossRe[j] = spectra.crossRe[i]! / noise;
      this.#crossIm[j] = spectra.crossIm[i]! / noise;
    }
  }

  /**
   * By how many nats a specimen is likelier than noise alone at the last state, and by how many it
   * must be to be believed in; with an estimated prior only, a flat one takes noise for specimen.
   *
   * The strongest rings do not count: what is no specimen but common to both frames (shading, a
   * slow wave) is of one wavelength, a specimen of many.
   */
  evidence(): { readonly nats: number; readonly neededNats: number } {
    const ascending = this.#ringNats.slice(0, this.#ringCount).sort();
    const counted = ascending.slice(0, Math.max(1, ascending.length - ringsLeftOut));
    return {
      nats: this.#spectra.independentBins * counted.reduce((sum, nats) => sum + nats, 0),
      // Prior powers of the rings, aberration, gain and shift.
      neededNats: natsPerParameter * (counted.length + 6),
    };
  }

  /** Power of the specimen on every ring at the last state, in the units of the spectra. */
  ringPowers(): Float64Array {
    const noise = noisePowerOf(this.#spectra);
    return this.#rho.map((rho) => rho * noise);
  }

  /** Looks at wave vectors up to this length only, rad/um, until told otherwise. */
  limitBand(largestRadPerUm: number): void {
    const { ringStarts } = this.#bins;
    let rings = 0;
    for (; rings + 1 < ringStarts.length; rings++) {
      const j = ringStarts[rings]!;
      if (rings > 0 && Math.hypot(this.#kx[j]!, this.#ky[j]!) > largestRadPerUm) break;
    }
    this.#ringCount = rings;
    this.#binCount = ringStarts[rings] ?? 0;
  }

  expand(state: PairState): Expansion {
    // No ring counts as empty while searching: that keeps the cost continuous.
    this.#moveTo(state, 0);
    return this.#sum(state);
  }

  /**
   * Covariance of (z, a, b, logarithm of the gain) at the maximum, um^2.
   *
   * The inverse curvature, times how much more the gradients of the bins scatter than the model
   * says: real specimens are no Gaussian fields, frames are clipped, windows cut. The factor, the
   * `excess`, is trace(curvature^-1 scatter) / 4, at least 1.
   *
   * @see Huber 1967 (the sandwich estimator, of which this is the scalar part).
   */
  certaintyAt(state: PairState): { covarianceUm2: number[][]; excess: number } {
    const scores = new Float64Array(5 * this.#kx.length);
    this.#moveTo(state, finalSignificance);
    const { curvature } = this.#sum(state, scores);
    const { inverse } = solveSymmetric(curvature, [0, 0, 0, 0]);
    const scatter = this.#scatter(scores);
    let trace = 0;
    for (let p = 0; p < 4; p++) {
      for (let q = 0; q < 4; q++) trace += inverse[p]![q]! * scatter[q]![p]!;
    }
    const excess = Math.max(1, trace / 4);
    return { covarianceUm2: inverse.map((row) => row.map((value) => value * excess)), excess };
  }

  /** Covariance of the gradient as the bins show it, what their rings' priors explain taken out. */
  #scatter(scores: Float64Array): number[][] {
    const { independentBins, independentPatches } = this.#spectra;
    const { ringStarts } = this.#bins;
    const out = Array.from({ length: 4 }, () => [0, 0, 0, 0]);
    const left = [0, 0, 0, 0];
    for (let ring = 0; ring < this.#ringCount; ring++) {
      const own = this.#ringOwn[ring]!;
      for (let j = ringStarts[ring]!; j < ringStarts[ring + 1]!; j++) {
        for (let p = 0; p < 4; p++) {
          const explained = own > 0 ? this.#ringCross[4 * ring + p]! / own : 0;
          left[p] = scores[5 * j + p]! - explained * scores[5 * j + 4]!;
        }
        for (let p = 0; p < 4; p++) {
          for (let q = 0; q < 4; q++) out[p]![q]! += left[p]! * left[q]!;
        }
      }
    }
    // Neighbouring bins scatter together: the window correlates them.
    const scale = independentBins * independentPatches;
    return out.map((row) => row.map((value) => value * scale));
  }

  /**
   * Everything that a state makes of the bins.
   *
   * @param significance - Rings whose common power is not this many standard deviations above what
   *   noise alone can do count as empty, so that the final uncertainty does not feed on noise.
   */
  #moveTo(state: PairState, significance: number): void {
    const { zUm: z, aUm: a, bUm: b } = state.aberration;
    const T = this.#perturbationUm;
    this.#transfer(z - T, a, b, this.#m1, this.#slope1, 1);
    this.#transfer(z + T, a, b, this.#m2, this.#slope2, Math.exp(state.logGain));
    this.#match(state);
    if (this.#options.objectPrior === 'flat') this.#rho.fill(flatRho);
    else this.#estimatePriors(significance);
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
    const convergence = this.#optics.convergenceMrad * 1e-3;
    const na2 = convergence * convergence;
    const kx = this.#kx;
    const ky = this.#ky;
    const spot = this.#spot;
    const disc = new Float64Array(2);
    const isDisc = this.#optics.psf === 'disc';
    for (let j = 0; j < this.#binCount; j++) {
      const u = (z - a) * kx[j]! - b * ky[j]!;
      const v = (z + a) * ky[j]! - b * kx[j]!;
      const q = u * u + v * v;
      const scale = gain * spot[j]!;
      if (isDisc) {
        jincOfSquare(na2 * q, disc);
        m[j] = scale * disc[0]!;
        slope[j] = scale * na2 * disc[1]!;
      } else {
        const value = scale * Math.exp((-na2 / 8) * q);
        m[j] = value;
        slope[j] = (-na2 / 8) * value;
      }
    }
  }

  /** Aligns the cross spectrum and adds up what the frames hold in common. */
  #match({ shiftUm }: PairState): void {
    const { stepRadPerUm, reach } = this.#spectra;
    const { nx, ny } = this.#bins;
    const alongX = phases(reach, stepRadPerUm * shiftUm.x);
    const alongY = phases(reach, stepRadPerUm * shiftUm.y);
    for (let j = 0; j < this.#binCount; j++) {
      const x = 2 * (nx[j]! + reach);
      const y = 2 * (ny[j]! + reach);
      const cosine = alongX[x]! * alongY[y]! - alongX[x + 1]! * alongY[y + 1]!;
      const sine = alongX[x + 1]! * alongY[y]! + alongX[x]! * alongY[y + 1]!;
      const re = this.#crossRe[j]! * cosine - this.#crossIm[j]! * sine;
      this.#alignedRe[j] = re;
      this.#alignedIm[j] = this.#crossRe[j]! * sine + this.#crossIm[j]! * cosine;
      const m1 = this.#m1[j]!;
      const m2 = this.#m2[j]!;
      this.#matched[j] = m1 * m1 * this.#under[j]! + m2 * m2 * this.#over[j]! + 2 * m1 * m2 * re;
    }
  }

  /**
   * rho of every ring: the weighted mean of `(|G|^2 / D - s2) / D`, the weight being the inverse
   * variance `D^2 / (1 + rho D)^2`, repeated because the weight holds the answer. Its fixed point
   * is the likeliest rho.
   */
  #estimatePriors(significance: number): void {
    const { independentBins } = this.#spectra;
    const { ringStarts } = this.#bins;
    for (let ring = 0; ring < this.#ringCount; ring++) {
      let rho = Math.max(this.#rho[ring]!, emptyRing);
      for (let pass = 0; pass < mostPriorPasses; pass++) {
        let top = 0;
        let bottom = 0;
        // Variance of `top` for noise alone: |G|^2 / s2 is then exponential with mean D.
        let noise = 0;
        for (let j = ringStarts[ring]!; j < ringStarts[ring + 1]!; j++) {
          const m1 = this.#m1[j]!;
          const m2 = this.#m2[j]!;
          const D = m1 * m1 + m2 * m2;
          const E = 1 + rho * D;
          const weight = 1 / (E * E);
          top += weight * (this.#matched[j]! - D);
          bottom += weight * D * D;
          noise += weight * D * weight * D;
        }
        // Where both transfer functions have vanished nothing is known of the ring.
        const isEmpty =
          !(bottom > vanished) || top <= significance * Math.sqrt(noise / independentBins);
        const next = isEmpty ? emptyRing : Math.max(top / bottom, emptyRing);
        const change = Math.abs(next / rho - 1);
        rho = next;
        if (change < 1e-4) break;
      }
      this.#rho[ring] = rho;
    }
  }

  /** @param scores - Filled with the gradient of every bin, if given: four parameters, then its ring's prior. */
  #sum(state: PairState, scores?: Float64Array): Expansion {
    const { zUm: z, aUm: a, bUm: b } = state.aberration;
    const z1 = z - this.#perturbationUm;
    const z2 = z + this.#perturbationUm;
    const isEstimated = this.#options.objectPrior === 'estimated';
    const { ringStarts } = this.#bins;
    const sums = new Sums();
    let cost = 0;
    for (let ring = 0; ring < this.#ringCount; ring++) {
      const rho = this.#rho[ring]!;
      const before = cost;
      let own2 = 0;
      let crossZ = 0;
      let crossA = 0;
      let crossB = 0;
      let crossGain = 0;
      let product = 1;
      for (let j = ringStarts[ring]!; j < ringStarts[ring + 1]!; j++) {
        const kx = this.#kx[j]!;
        const ky = this.#ky[j]!;
        const m1 = this.#m1[j]!;
        const m2 = this.#m2[j]!;
        const p1 = this.#under[j]!;
        const p2 = this.#over[j]!;
        const re = this.#alignedRe[j]!;
        const N = this.#matched[j]!;
        const D = m1 * m1 + m2 * m2;
        const E = 1 + rho * D;
        const perE = 1 / E;
        const fill = rho * perE;
        cost -= fill * N;
        // The flat prior has no logarithm, and its curvature is that of the residual itself.
        const direct = isEstimated ? 1 : 0;
        if (isEstimated) {
          product *= E;
          if (product > largestProduct) {
            cost += Math.log(product);
            product = 1;
          }
        }
        const common1 = direct + fill * N;
        const towardsM1 = 2 * fill * (m1 * common1 - m1 * p1 - m2 * re);
        const towardsM2 = 2 * fill * (m2 * common1 - m2 * p2 - m1 * re);
        const towardsPhase = 2 * fill * m1 * m2 * this.#alignedIm[j]!;
        sums.gx += towardsPhase * kx;
        sums.gy += towardsPhase * ky;
        const across2 = isEstimated ? 2 * rho * fill : 2 * N * fill * fill * fill;
        const phase2 = across2 * m1 * m1 * m2 * m2;
        sums.hxx += phase2 * kx * kx;
        sums.hxy += phase2 * kx * ky;
        sums.hyy += phase2 * ky * ky;

        const s1 = 2 * this.#slope1[j]!;
        const s2 = 2 * this.#slope2[j]!;
        const k2 = kx * kx + ky * ky;
        const difference = kx * kx - ky * ky;
        const twice = 2 * kx * ky;
        const turned = a * difference + b * twice;
        const z1m = s1 * (z1 * k2 - turned);
        const z2m = s2 * (z2 * k2 - turned);
        const a1m = s1 * (a * k2 - z1 * difference);
        const a2m = s2 * (a * k2 - z2 * difference);
        const b1m = s1 * (b * k2 - z1 * twice);
        const b2m = s2 * (b * k2 - z2 * twice);
        const scoreZ = towardsM1 * z1m + towardsM2 * z2m;
        const scoreA = towardsM1 * a1m + towardsM2 * a2m;
        const scoreB = towardsM1 * b1m + towardsM2 * b2m;
        const scoreGain = towardsM2 * m2;
        sums.gz += scoreZ;
        sums.ga += scoreA;
        sums.gb += scoreB;
        sums.gGain += scoreGain;
        // Change of (m1, m2) along itself and across it, times sqrt(D).
        const along = isEstimated ? 2 * fill : 0;
        const across = Math.sqrt(across2);
        const cz = along * (m1 * z1m + m2 * z2m);
        const ca = along * (m1 * a1m + m2 * a2m);
        const cb = along * (m1 * b1m + m2 * b2m);
        const cg = along * m2 * m2;
        const xz = across * (m1 * z2m - m2 * z1m);
        const xa = across * (m1 * a2m - m2 * a1m);
        const xb = across * (m1 * b2m - m2 * b1m);
        const xg = across * m1 * m2;
        sums.zz += cz * cz + xz * xz;
        sums.az += ca * cz + xa * xz;
        sums.aa += ca * ca + xa * xa;
        sums.bz += cb * cz + xb * xz;
        sums.ba += cb * ca + xb * xa;
        sums.bb += cb * cb + xb * xb;
        sums.gainZ += cg * cz + xg * xz;
        sums.gainA += cg * ca + xg * xa;
        sums.gainB += cg * cb + xg * xb;
        sums.gainGain += cg * cg + xg * xg;
        // The logarithm of the ring's prior moves E by rho D, as `common` does by 2 rho (m dm).
        const own = fill * D;
        own2 += own * own;
        crossZ += own * cz;
        crossA += own * ca;
        crossB += own * cb;
        crossGain += own * cg;
        if (scores !== undefined) {
          scores[5 * j] = scoreZ;
          scores[5 * j + 1] = scoreA;
          scores[5 * j + 2] = scoreB;
          scores[5 * j + 3] = scoreGain;
          scores[5 * j + 4] = own - fill * perE * N;
        }
      }
      cost += Math.log(product);
      this.#ringNats[ring] = before - cost;
      this.#ringOwn[ring] = own2;
      this.#ringCross.set([crossZ, crossA, crossB, crossGain], 4 * ring);
    }
    return this.#withPrior(state, cost, sums);
  }

  /** Takes out what the rings' priors explain, scales by the independent observations, adds the priors. */
  #withPrior(state: PairState, cost: number, sums: Sums): Expansion {
    const lower = sums.curvature();
    for (let ring = 0; ring < this.#ringCount; ring++) {
      const own = this.#ringOwn[ring]!;
      if (own <= 0) continue;
      for (let p = 0; p < 4; p++) {
        const share = this.#ringCross[4 * ring + p]! / own;
        for (let q = 0; q <= p; q++) lower[p]![q]! -= share * this.#ringCross[4 * ring + q]!;
      }
    }
    const scale = this.#spectra.independentBins;
    const { aberration, shiftUm, logGain } = state;
    const { aberrationPriorSdUm, nuisances } = this.#options;
    const theta = [aberration.zUm, aberration.aUm, aberration.bUm, logGain];
    const priorSd = [aberrationPriorSdUm, aberrationPriorSdUm, aberrationPriorSdUm, gainPriorSd];
    let total = scale * cost;
    const curvature = lower.map((row, p) =>
      row.map((_, q) => scale * (q <= p ? lower[p]![q]! : lower[q]![p]!)),
    );
    const gradient = sums.gradient().map((value) => scale * value);
    priorSd.forEach((sd, p) => {
      const value = theta[p] ?? 0;
      total += value ** 2 / (2 * sd ** 2);
      gradient[p]! += value / sd ** 2;
      curvature[p]![p]! += 1 / sd ** 2;
    });
    if (nuisances === 'held') {
      gradient[3] = 0;
      for (const p of [0, 1, 2]) {
        curvature[p]![3] = 0;
        curvature[3]![p] = 0;
      }
    }
    const shiftScale = nuisances === 'held' ? 0 : scale;
    const shiftPrior = 1 / shiftPriorSdUm ** 2;
    total += (shiftPrior * (shiftUm.x ** 2 + shiftUm.y ** 2)) / 2;
    return {
      cost: total,
      gradient,
      curvature,
      shiftGradient: [
        shiftScale * sums.gx + shiftPrior * shiftUm.x,
        shiftScale * sums.gy + shiftPrior * shiftUm.y,
      ],
      shiftCurvature: [
        [shiftScale * sums.hxx + shiftPrior, shiftScale * sums.hxy],
        [shiftScale * sums.hxy, shiftScale * sums.hyy + shiftPrior],
      ],
    };
  }
}

/** What the bins add up to; plain fields, because the loop over the bins is the estimator's time. */
class Sums {
  gz = 0;
  ga = 0;
  gb = 0;
  gGain = 0;
  gx = 0;
  gy = 0;
  zz = 0;
  az = 0;
  aa = 0;
  bz = 0;
  ba = 0;
  bb = 0;
  gainZ = 0;
  gainA = 0;
  gainB = 0;
  gainGain = 0;
  hxx = 0;
  hxy = 0;
  hyy = 0;

  gradient(): number[] {
    return [this.gz, this.ga, this.gb, this.gGain];
  }

  /** The lower triangle; the rest is 0. */
  curvature(): number[][] {
    return [
      [this.zz, 0, 0, 0],
      [this.az, this.aa, 0, 0],
      [this.bz, this.ba, this.bb, 0],
      [this.gainZ, this.gainA, this.gainB, this.gainGain],
    ];
  }
}

/** Interleaved cosine and sine of n times a phase, n = -reach .. reach. */
function phases(reach: number, phase: number): Float64Array {
  const out = new Float64Array(2 * (2 * reach + 1));
  for (let n = -reach; n <= reach; n++) {
    out[2 * (n + reach)] = Math.cos(n * phase);
    out[2 * (n + reach) + 1] = Math.sin(n * phase);
  }
  return out;
}
