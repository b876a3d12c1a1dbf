import { gainPriorSd, priorSdUm } from '../pair/PairModel.ts';
import { noisePowerOf, type PairSpectra } from '../pair/PairSpectra.ts';
import type { SpectrumBins } from '../pair/SpectrumBins.ts';
import { solveSymmetric } from '../pair/solveSymmetric.ts';
import type { PairState } from './PairLikelihood.ts';
import type { Seen, SmearedModel } from './smearedModel.ts';

/** Steps of the numerical derivatives, um. */
const differenceUm = 0.02;
const mostSteps = 5;
const mostHalvings = 3;
/** What a step must gain, nats. */
const settledNats = 0.05;
/** No step changes the power of a ring by more than this factor's logarithm. */
const largestPowerStep = 1;

/** State and powers of the rings that explain spectra best. */
export interface Refined {
  readonly state: PairState;
  readonly ringPowers: Float64Array;
}

/**
 * The likeliest state of spectra as they are, smear and all, from one that is nearly right: Fisher scoring of the
 * 2x2 covariance at every wave vector, state and powers of all rings together.
 *
 * What the window spreads into the flanks of a transfer function is another part of the specimen in either
 * frame. A fit to spectra that this was subtracted from takes what is left for one specimen seen twice.
 *
 * @see Fisher information of a complex Wishart distribution: `tr(C^-1 dC C^-1 dC')` for every independent bin.
 */
export function refineFit(
  model: SmearedModel,
  spectra: PairSpectra,
  bins: SpectrumBins,
  start: Refined,
): Refined {
  // The displacement stays.
  const along = alignedCross(spectra, bins, start.state);
  let at = start;
  let seen = model.seenAt(at.state, at.ringPowers);
  let nats = natsWith(along, seen, spectra, bins, at.state);
  for (let step = 0; step < mostSteps; step++) {
    const change = scoringStep(model, spectra, bins, at, { ...seen, along });
    let share = 1;
    for (let halving = 0; ; halving++, share /= 2) {
      const next = moved(at, change, share);
      const nextSeen = model.seenAt(next.state, next.ringPowers);
      const gained = natsWith(along, nextSeen, spectra, bins, next.state) - nats;
      if (gained > 0) {
        [at, seen, nats] = [next, nextSeen, nats + gained];
        if (gained < settledNats) return at;
        break;
      }
      if (halving === mostHalvings) return at;
    }
  }
  return at;
}

/** Logarithm of the likelihood of spectra, and of the prior of the state, apart from constants. */
export function natsOf(
  seen: Seen,
  spectra: PairSpectra,
  bins: SpectrumBins,
  state: PairState,
): number {
  return natsWith(alignedCross(spectra, bins, state), seen, spectra, bins, state);
}

function natsWith(
  along: Float64Array,
  { under, over, cross }: Seen,
  spectra: PairSpectra,
  { at }: SpectrumBins,
  { aberration: { zUm, aUm, bUm }, logGain }: PairState,
): number {
  const { powerUnder, powerOver, independentBins } = spectra;
  const noise = noisePowerOf(spectra);
  let sum = 0;
  for (let j = 0; j < at.length; j++) {
    const i = at[j]!;
    const p = under[i]! + noise;
    const q = over[i]! + noise;
    const c = cross[i]!;
    const determinant = p * q - c * c;
    const trace = q * powerUnder[i]! + p * powerOver[i]! - 2 * c * along[j]!;
    sum -= Math.log(determinant) + trace / determinant;
  }
  const prior = (zUm ** 2 + aUm ** 2 + bUm ** 2) / priorSdUm ** 2 + (logGain / gainPriorSd) ** 2;
  return independentBins * sum - prior / 2;
}

/** Real part of the cross spectrum in every bin, the displacement taken out. */
function alignedCross(
  { crossRe, crossIm, stepRadPerUm }: PairSpectra,
  { at, nx, ny }: SpectrumBins,
  { shiftUm: { x, y } }: PairState,
): Float64Array {
  return Float64Array.from(at, (i, j) => {
    const phase = stepRadPerUm * (nx[j]! * x + ny[j]! * y);
    return crossRe[i]! * Math.cos(phase) - crossIm[i]! * Math.sin(phase);
  });
}

interface Step {
  /** Of z, a, b (um), and the logarithm of the gain. */
  readonly state: readonly number[];
  /** Of the logarithm of every ring's power. */
  readonly rings: Float64Array;
}

function scoringStep(
  model: SmearedModel,
  spectra: PairSpectra,
  bins: SpectrumBins,
  { state, ringPowers }: Refined,
  { under, over, cross, along }: Seen & { readonly along: Float64Array },
): Step {
  const noise = noisePowerOf(spectra);
  const { powerUnder, powerOver } = spectra;
  const towards = (['zUm', 'aUm', 'bUm'] as const).map((name) =>
    model.seenAt(
      {
        ...state,
        aberration: { ...state.aberration, [name]: state.aberration[name] + differenceUm },
      },
      ringPowers,
    ),
  );
  const { ringStarts } = bins;
  const rings = ringStarts.length - 1;
  const [gain, own, parameters] = [3, 4, 5];
  const gradient = [0, 0, 0, 0];
  const curvature = gradient.map(() => [0, 0, 0, 0]);
  const perRing: { gradient: number; own: number; shared: number[] }[] = [];
  // Derivatives of the three entries of the covariance, a row per parameter.
  const d = new Float64Array(3 * parameters);
  const slope = new Float64Array(parameters);
  const information = new Float64Array(parameters * parameters);
  for (let ring = 0; ring < rings; ring++) {
    slope.fill(0);
    information.fill(0);
    for (let j = ringStarts[ring]!; j < ringStarts[ring + 1]!; j++) {
      const i = bins.at[j]!;
      const c = cross[i]!;
      const p = under[i]! + noise;
      const q = over[i]! + noise;
      const determinant = p * q - c * c;
      // C^-1 = [[u, w], [w, v]].
      const u = q / determinant;
      const v = p / determinant;
      const w = -c / determinant;
      for (let k = 0; k < gain; k++) {
        const other = towards[k]!;
        d[3 * k] = (other.under[i]! - under[i]!) / differenceUm;
        d[3 * k + 1] = (other.over[i]! - over[i]!) / differenceUm;
        d[3 * k + 2] = (other.cross[i]! - cross[i]!) / differenceUm;
      }
      d[3 * gain + 1] = 2 * over[i]!;
      d[3 * gain + 2] = c;
      d[3 * own] = under[i]!;
      d[3 * own + 1] = over[i]!;
      d[3 * own + 2] = c;
      const e1 = powerUnder[i]! - p;
      const e2 = powerOver[i]! - q;
      const e3 = along[j]! - c;
      // C^-1 D C^-1 of every derivative D, a symmetric matrix, with the residual and with the other derivatives.
      for (let k = 0; k < parameters; k++) {
        const d1 = d[3 * k]!;
        const d2 = d[3 * k + 1]!;
        const d3 = d[3 * k + 2]!;
        const x1 = u * d1 + w * d3;
        const x2 = u * d3 + w * d2;
        const y1 = x1 * u + x2 * w;
        const y2 = (w * d1 + v * d3) * w + (w * d3 + v * d2) * v;
        const y3 = 2 * (x1 * w + x2 * v);
        slope[k]! += y1 * e1 + y2 * e2 + y3 * e3;
        for (let l = 0; l <= k; l++) {
          information[parameters * k + l]! +=
            y1 * d[3 * l]! + y2 * d[3 * l + 1]! + y3 * d[3 * l + 2]!;
        }
      }
    }
    const at = (k: number, l: number) => information[parameters * k + l]!;
    const isShown = at(own, own) > leastInformation;
    perRing.push({
      gradient: slope[own]!,
      own: isShown ? at(own, own) : Number.POSITIVE_INFINITY,
      shared: [0, 1, 2, 3].map((k) => at(own, k)),
    });
    for (let k = 0; k < own; k++) {
      const share = isShown ? at(own, k) / at(own, own) : 0;
      gradient[k]! += slope[k]! - share * slope[own]!;
      for (let l = 0; l <= k; l++) curvature[k]![l]! += at(k, l) - share * at(own, l);
    }
  }
  const scale = spectra.independentBins;
  const { zUm, aUm, bUm } = state.aberration;
  [zUm, aUm, bUm, state.logGain].forEach((value, k) => {
    const variance = (k === gain ? gainPriorSd : priorSdUm) ** 2;
    gradient[k] = scale * gradient[k]! - value / variance;
    for (let l = 0; l <= k; l++) {
      curvature[k]![l] = scale * curvature[k]![l]! + (k === l ? 1 / variance : 0);
      curvature[l]![k] = curvature[k]![l]!;
    }
  });
  const { solution } = solveSymmetric(curvature, gradient);
  const ofRings = Float64Array.from(perRing, ({ gradient: own, own: information, shared }) => {
    const rest = shared.reduce((sum, value, k) => sum - value * solution[k]!, own);
    return Math.max(-largestPowerStep, Math.min(largestPowerStep, rest / information));
  });
  return { state: solution, rings: ofRings };
}

/** On a ring's power, for a bin's worth of which it can be told from nothing. */
const leastInformation = 1e-6;

function moved({ state, ringPowers }: Refined, change: Step, share: number): Refined {
  const [z = 0, a = 0, b = 0, gain = 0] = change.state.map((value) => share * value);
  const { zUm, aUm, bUm } = state.aberration;
  return {
    state: {
      ...state,
      aberration: { zUm: zUm + z, aUm: aUm + a, bUm: bUm + b },
      logGain: state.logGain + gain,
    },
    ringPowers: ringPowers.map(
      (power, ring) => power * Math.exp(share * (change.rings[ring] ?? 0)),
    ),
  };
}
