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
import { natsOf, type Refined, refineFit } from './refineFit.ts';
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
/**
 * A disc's other maxima lie where its rings fall on each other: from the best one further ones are looked for this
 * many times as far out, until none is better.
 */
const hopFactors = [0.6, 1.75];
const mostHops = 3;
/** What a step must promise, nats, in fits that others build upon. */
const roughNats = 0.5;
/** The smear has been taken out well enough when the next round moves less than this part, and this far. */
const settledFraction = 0.01;
const settledUm = 0.02;
const mostRounds = 2;

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
  const isAmbiguous = optics.psf === 'disc' && farthest > rivalArgument;
  if (isAmbiguous) {
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
  const search = new SmearedSearch(likelihood, { spectra, bins, perturbationUm, optics });
  let best = search.from(maximum.state);
  for (let hop = 0; isAmbiguous && hop < mostHops; hop++) {
    const rivals = hopFactors.map((factor) => search.from(scaled(best.state, factor)));
    const better = rivals.reduce((one, rival) => (rival.nats > one.nats ? rival : one), best);
    if (better === best) break;
    best = better;
  }
  best = search.refine(best);
  maximum = search.standAt(best);
  return { maximum, likelihood, evaluations: evaluations + search.evaluations };
}

/** A maximum, and how likely the spectra are there as they are, nats. */
interface Rival extends Refined {
  readonly nats: number;
}

/** Looks for the likeliest state of spectra as the window shows them, from one that is roughly right. */
class SmearedSearch {
  readonly #likelihood: PairLikelihood;
  readonly #spectra: PairSpectra;
  readonly #bins: SpectrumBins;
  readonly #model: SmearedModel;
  evaluations = 0;

  constructor(
    likelihood: PairLikelihood,
    {
      spectra,
      bins,
      perturbationUm,
      optics,
    }: {
      readonly spectra: PairSpectra;
      readonly bins: SpectrumBins;
      readonly perturbationUm: number;
      readonly optics: PairOptics;
    },
  ) {
    this.#likelihood = likelihood;
    this.#spectra = spectra;
    this.#bins = bins;
    this.#model = new SmearedModel(spectra, perturbationUm, optics);
  }

  /** With the smear taken out of the spectra, until that changes next to nothing. */
  from(start: PairState): Rival {
    const likelihood = this.#likelihood;
    let state = start;
    likelihood.useSpectra(this.#spectra);
    likelihood.expand(state);
    for (let round = 0; round < mostRounds; round++) {
      likelihood.useSpectra(this.#model.unsmeared(state, likelihood.ringPowers()));
      const maximum = maximisePosterior(likelihood, state);
      this.evaluations += maximum.evaluations;
      const moved = distance(state.aberration, maximum.state.aberration);
      const size = distance(state.aberration, { zUm: 0, aUm: 0, bUm: 0 });
      ({ state } = maximum);
      if (moved < settledUm + settledFraction * size) break;
    }
    return this.#judged({ state, ringPowers: likelihood.ringPowers() });
  }

  /** Of the spectra as they are. */
  refine(rival: Rival): Rival {
    return this.#judged(refineFit(this.#model, this.#spectra, this.#bins, rival));
  }

  #judged({ state, ringPowers }: Refined): Rival {
    const seen = this.#model.seenAt(state, ringPowers);
    return { state, ringPowers, nats: natsOf(seen, this.#spectra, this.#bins, state) };
  }

  /** Leaves the likelihood there, with the smear that belongs to it taken out. */
  standAt({ state, ringPowers }: Refined): PosteriorMaximum {
    this.#likelihood.useSpectra(this.#model.unsmeared(state, ringPowers));
    const { cost } = this.#likelihood.expand(state);
    return { state, cost, evaluations: this.evaluations };
  }
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
export function blurUm({ zUm, aUm, bUm }: Aberration, perturbationUm: number): number {
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
