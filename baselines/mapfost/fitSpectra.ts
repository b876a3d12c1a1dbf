import type { Aberration } from '../../harness/microscope/index.ts';
import type { PairOptics } from '../pair/PairModel.ts';
import type { PairSpectra } from '../pair/PairSpectra.ts';
import type { SpectrumBins } from '../pair/SpectrumBins.ts';
import { maximisePosterior, type PosteriorMaximum, settledNats } from './maximisePosterior.ts';
import {
  type ObjectPrior,
  PairLikelihood,
  type PairState,
  usualLikelihood,
} from './PairLikelihood.ts';
import { refineFit } from './refineFit.ts';
import { SmearedModel } from './smearedModel.ts';

/**
 * NA |M k| of the blurrier frame up to which the first fits look. A disc's transfer function changes
 * its sign at 3.83 and at 7.02; below, the posterior has one maximum, which leads to the right one of
 * the many that the whole band has.
 */
const firstArguments = [4, 8];
/**
 * Beyond this NA |M k| in the band a disc has many maxima, and the closed form, which sees the lowest
 * frequencies only, tends to be too small: starts this many times as far out are tried as well.
 */
const rivalArgument = 8;
const rivalFactors = [1.6, 2.5, 4];
/** What a step must promise, nats, in fits that others build upon. */
const roughNats = 0.5;
/** The smear has been taken out well enough when the next round moves less than this part, and this far. */
const settledFraction = 0.01;
const settledUm = 0.02;
const mostRounds = 4;

/** Where the search ended, and the likelihood that it ended on. */
export interface Fit {
  readonly maximum: PosteriorMaximum;
  readonly likelihood: PairLikelihood;
  readonly evaluations: number;
}

/**
 * The likeliest state of a pair of spectra, from a start that is roughly right: low frequencies
 * first, then all, then again with what the window smears taken out of the spectra, and at last of the
 * spectra as they are.
 */
export function fitSpectra(
  spectra: PairSpectra,
  bins: SpectrumBins,
  perturbationUm: number,
  optics: PairOptics,
  start: PairState,
  objectPrior: ObjectPrior,
): Fit {
  const options = { ...usualLikelihood, objectPrior };
  const likelihood = new PairLikelihood(spectra, bins, perturbationUm, optics, options);
  // The fit that the smear is taken out for need not be better than that.
  const leastNats = objectPrior === 'flat' ? settledNats : roughNats;
  let { maximum, evaluations } = climb(
    likelihood,
    spectra,
    perturbationUm,
    optics,
    start,
    leastNats,
  );
  const blurred = optics.convergenceMrad * 1e-3 * blurUm(start.aberration, perturbationUm);
  const farthest = blurred * spectra.reach * spectra.stepRadPerUm;
  if (optics.psf === 'disc' && farthest > rivalArgument) {
    for (const factor of rivalFactors) {
      const rival = climb(
        likelihood,
        spectra,
        perturbationUm,
        optics,
        scaled(start, factor),
        leastNats,
      );
      evaluations += rival.evaluations;
      if (rival.maximum.cost < maximum.cost) maximum = rival.maximum;
    }
    // Leaves the likelihood at the winner.
    likelihood.expand(maximum.state);
  }
  // What the smear adds depends on the specimen's power, of which a flat prior knows nothing.
  if (objectPrior === 'flat') return { maximum, likelihood, evaluations };
  const model = new SmearedModel(spectra, perturbationUm, optics);
  for (let round = 0; round < mostRounds; round++) {
    const before = maximum.state.aberration;
    likelihood.useSpectra(model.unsmeared(maximum.state, likelihood.ringPowers()));
    maximum = maximisePosterior(likelihood, maximum.state);
    evaluations += maximum.evaluations;
    const size = distance(before, { zUm: 0, aUm: 0, bUm: 0 });
    const moved = distance(before, maximum.state.aberration);
    if (moved < settledUm + settledFraction * size) break;
  }
  const refined = refineFit(model, spectra, bins, {
    state: maximum.state,
    ringPowers: likelihood.ringPowers(),
  });
  likelihood.useSpectra(model.unsmeared(refined.state, refined.ringPowers));
  maximum = { ...maximum, state: refined.state, cost: likelihood.expand(refined.state).cost };
  return { maximum, likelihood, evaluations };
}

/** Low frequencies first, then more of them, then all. */
function climb(
  likelihood: PairLikelihood,
  spectra: PairSpectra,
  perturbationUm: number,
  optics: PairOptics,
  start: PairState,
  leastNats: number,
): { maximum: PosteriorMaximum; evaluations: number } {
  let state = start;
  let evaluations = 0;
  const wholeBand = spectra.reach * spectra.stepRadPerUm;
  for (const argument of firstArguments) {
    const blur = blurUm(state.aberration, perturbationUm);
    const band = argument / (optics.convergenceMrad * 1e-3 * blur);
    if (band > wholeBand) break;
    likelihood.limitBand(band);
    const maximum = maximisePosterior(likelihood, state, roughNats);
    state = maximum.state;
    evaluations += maximum.evaluations;
  }
  likelihood.limitBand(Number.POSITIVE_INFINITY);
  const maximum = maximisePosterior(likelihood, state, leastNats);
  return { maximum, evaluations: evaluations + maximum.evaluations };
}

/** The largest distance of a focal line of either frame from the specimen. */
function blurUm({ zUm, aUm, bUm }: Aberration, perturbationUm: number): number {
  return Math.abs(zUm) + perturbationUm + Math.hypot(aUm, bUm);
}

function scaled(state: PairState, factor: number): PairState {
  const { zUm, aUm, bUm } = state.aberration;
  return {
    ...state,
    aberration: { zUm: factor * zUm, aUm: factor * aUm, bUm: factor * bUm },
  };
}

function distance(p: Aberration, q: Aberration): number {
  return Math.hypot(p.zUm - q.zUm, p.aUm - q.aUm, p.bUm - q.bUm);
}
