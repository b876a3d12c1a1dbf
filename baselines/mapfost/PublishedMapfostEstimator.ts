import type {
  CorrectionEstimate,
  PairEstimator,
  PerturbedPair,
} from '../../harness/algorithm/index.ts';
import type { Calibration, Rectangle } from '../../harness/microscope/index.ts';
import { coveredAreaPx } from '../../harness/numeric/index.ts';
import { correctionFrom } from '../pair/correctionFrom.ts';
import { measureDisplacement } from '../pair/measureDisplacement.ts';
import type { AberrationEstimate } from '../pair/PairModel.ts';
import type { PairParameters } from '../pair/pairParameters.ts';
import type { AutoLayout } from '../pair/patchLayout.ts';
import { expectedShiftPx, SpectraSource } from '../pair/SpectraSource.ts';
import { maximisePosterior } from './maximisePosterior.ts';
import { type LikelihoodOptions, PairLikelihood, type PairState } from './PairLikelihood.ts';

/** As SBEMimage sets it up: four patches of 768 px, or of what fits. */
export const publishedLayout: AutoLayout = { largestSidePx: 768, largestCount: 4 };

/** Nothing is known of specimen or aberration; the frames differ in nothing else. */
const publishedLikelihood: LikelihoodOptions = {
  objectPrior: 'flat',
  aberrationPriorSdUm: Number.POSITIVE_INFINITY,
  nuisances: 'held',
};

/**
 * The configuration of the published package `mapfost`, rebuilt from the equations: every patch by
 * itself, aligned to whole pixels, less its mean and ramp, no window, all of the quarter band, the
 * specimen that fits best put in (flat prior, eps = 1e-6), no in-focus spot, started at zero; then
 * the plain mean of the patches. What is wrong in the package is not rebuilt: wave vectors are those
 * of the bins that are kept, ramps are taken out along their own axes, and where no patch shows
 * anything the estimate is declined. Its search is Fisher scoring, the package's L-BFGS-B.
 *
 * The suite `examples/peers.json` runs the package itself beside it.
 */
export class PublishedMapfostEstimator implements PairEstimator {
  readonly #calibration: Calibration;
  readonly #source: SpectraSource;

  constructor(calibration: Calibration, parameters: PairParameters) {
    this.#calibration = calibration;
    this.#source = new SpectraSource(parameters, publishedLayout);
  }

  async estimate(pair: PerturbedPair): Promise<CorrectionEstimate> {
    const patches = this.#source.patches(pair);
    const estimates = patches.flatMap((patch) => {
      const estimate = this.#estimatePatch(pair, patch);
      return estimate === undefined ? [] : [{ patch, estimate }];
    });
    return correctionFrom(
      meanOf(estimates),
      this.#calibration,
      { patches: patches.length, failed: patches.length - estimates.length },
      estimates.length === 0 ? 'nothing but noise in any patch' : undefined,
    );
  }

  /** Nothing where a patch shows no more than noise. */
  #estimatePatch(pair: PerturbedPair, patch: Rectangle): AberrationEstimate | undefined {
    const shiftPx = this.#alignment(pair, patch);
    const [spectra] = this.#source.measure(pair, [patch], shiftPx, 'ramp');
    if (spectra === undefined) return undefined;
    const likelihood = new PairLikelihood(
      spectra,
      this.#source.bins(spectra, 'square'),
      pair.perturbationUm,
      { ...this.#calibration, residualSpotNm: 0 },
      publishedLikelihood,
    );
    const maximum = maximisePosterior(likelihood, {
      aberration: { zUm: 0, aUm: 0, bUm: 0 },
      shiftUm: { x: 0, y: 0 },
      logGain: 0,
    });
    if (!this.#showsSpecimen(pair, patch, shiftPx, maximum.state)) return undefined;
    return {
      aberration: maximum.state.aberration,
      covarianceUm2: likelihood.covarianceAt(maximum.state),
    };
  }

  /** Asked as `mapfost` asks it, of windowed spectra: a flat prior takes noise for specimen. */
  #showsSpecimen(
    pair: PerturbedPair,
    patch: Rectangle,
    shiftPx: { readonly x: number; readonly y: number },
    state: PairState,
  ): boolean {
    const [spectra] = this.#source.measure(pair, [patch], shiftPx, 'wide');
    if (spectra === undefined) return false;
    const bins = this.#source.bins(spectra, 'disc');
    const likelihood = new PairLikelihood(spectra, bins, pair.perturbationUm, this.#calibration);
    likelihood.expand(state);
    const { nats, neededNats } = likelihood.evidence();
    return nats >= neededNats;
  }

  /** Displacement in whole px. */
  #alignment(pair: PerturbedPair, patch: Rectangle): { x: number; y: number } {
    const pixelSizeUm = pair.pixelSizeNm * 1e-3;
    const expected = expectedShiftPx(pair, this.#calibration.imageShiftNmPerUm);
    const [spectra] = this.#source.measure(pair, [patch], expected, 'wide');
    if (spectra === undefined) return expected;
    const bins = this.#source.bins(spectra, 'disc');
    const { xUm, yUm } = measureDisplacement(spectra, bins, { xUm: 0, yUm: 0 });
    return {
      x: expected.x + Math.round(xUm / pixelSizeUm),
      y: expected.y + Math.round(yUm / pixelSizeUm),
    };
  }
}

interface PatchEstimate {
  readonly patch: Rectangle;
  readonly estimate: AberrationEstimate;
}

/**
 * The plain mean, every patch counting the same, with the covariance of such a mean: of as many patches as
 * fit side by side into what they cover.
 */
function meanOf(estimates: readonly PatchEstimate[]): AberrationEstimate {
  const count = Math.max(estimates.length, 1);
  const side = estimates[0]?.patch.width ?? 1;
  const independent = Math.max(1, coveredAreaPx(estimates.map(({ patch }) => patch)) / side ** 2);
  const mean = (of: (estimate: AberrationEstimate) => number) =>
    estimates.reduce((sum, { estimate }) => sum + of(estimate), 0) / count;
  return {
    aberration: {
      zUm: mean(({ aberration }) => aberration.zUm),
      aUm: mean(({ aberration }) => aberration.aUm),
      bUm: mean(({ aberration }) => aberration.bUm),
    },
    covarianceUm2: [0, 1, 2].map((i) =>
      [0, 1, 2].map((j) => mean(({ covarianceUm2 }) => covarianceUm2[i]![j]!) / independent),
    ),
  };
}
