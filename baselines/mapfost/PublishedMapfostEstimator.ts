import type {
  CorrectionEstimate,
  PairEstimator,
  PerturbedPair,
} from '../../harness/algorithm/index.ts';
import type { Calibration, Rectangle } from '../../harness/microscope/index.ts';
import { coveredAreaPx } from '../../harness/numeric/index.ts';
import { correctionFrom, evenErrorUm } from '../pair/correctionFrom.ts';
import { measureDisplacement } from '../pair/measureDisplacement.ts';
import type { AberrationEstimate, PairOptics } from '../pair/PairModel.ts';
import { addMatrices, PupilChoice, type PupilFit, pupilsOf } from '../pair/PupilChoice.ts';
import type { PairParameters } from '../pair/pairParameters.ts';
import type { AutoLayout } from '../pair/patchLayout.ts';
import { expectedShiftPx, SpectraSource } from '../pair/SpectraSource.ts';
import { maximisePosterior } from './maximisePosterior.ts';
import { type LikelihoodOptions, PairLikelihood } from './PairLikelihood.ts';
import { natsOfPatch } from './pooledFit.ts';

/** As SBEMimage sets it up: four patches of 768 px, or of what fits. */
export const publishedLayout: AutoLayout = { largestSidePx: 768, largestCount: 4 };

/** As of the closed form; without a window it is more where blur carries much over the border of a patch. */
const modelErrorFraction = 0.05;

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
  readonly #parameters: PairParameters;
  readonly #source: SpectraSource;
  readonly #pupil = new PupilChoice();

  constructor(calibration: Calibration, parameters: PairParameters) {
    this.#calibration = calibration;
    this.#parameters = parameters;
    this.#source = new SpectraSource(parameters, publishedLayout);
  }

  async estimate(pair: PerturbedPair): Promise<CorrectionEstimate> {
    const patches = this.#source.patches(pair);
    const { likeliest, probability, spreadUm2 } = this.#pupil.choose(
      pupilsOf(this.#calibration, this.#parameters).map((optics) =>
        this.#pupilFit(pair, patches, optics),
      ),
    );
    const { psf, aberration, covarianceUm2, shown } = likeliest;
    return correctionFrom(
      { aberration, covarianceUm2: addMatrices(covarianceUm2, spreadUm2) },
      this.#calibration,
      evenErrorUm(modelErrorFraction, aberration),
      {
        pupil: psf,
        pupilProbability: probability,
        patches: patches.length,
        failed: patches.length - shown,
      },
      shown === 0 ? 'nothing but noise in any patch' : undefined,
    );
  }

  #pupilFit(
    pair: PerturbedPair,
    patches: readonly Rectangle[],
    optics: PairOptics,
  ): PupilFit & AberrationEstimate & { shown: number } {
    const fits = patches.map((patch) => this.#fitPatch(pair, patch, optics));
    const shown = fits.filter(({ showsSpecimen }) => showsSpecimen);
    return {
      psf: optics.psf,
      natsOfPatch: fits.reduce((sum, fit) => sum + fit.natsOfSpectra / fits.length, 0),
      shown: shown.length,
      ...meanOf(shown),
    };
  }

  #fitPatch(pair: PerturbedPair, patch: Rectangle, optics: PairOptics): PatchFit {
    const { perturbationUm } = pair;
    const shiftPx = this.#alignment(pair, patch);
    const spectra = this.#source.measureOne(pair, patch, shiftPx, 'ramp');
    const likelihood = new PairLikelihood(
      spectra,
      this.#source.bins(spectra, 'square'),
      perturbationUm,
      { ...optics, residualSpotNm: 0 },
      publishedLikelihood,
    );
    const { state } = maximisePosterior(likelihood, {
      aberration: { zUm: 0, aUm: 0, bUm: 0 },
      shiftUm: { x: 0, y: 0 },
      logGain: 0,
    });
    // Asked as `mapfost` asks, of windowed spectra: a flat prior takes noise for specimen.
    const windowed = this.#source.measureOne(pair, patch, shiftPx, 'wide');
    const bins = this.#source.bins(windowed, 'disc');
    const judge = new PairLikelihood(windowed, bins, perturbationUm, optics);
    judge.expand(state);
    const { nats, neededNats } = judge.evidence();
    return {
      patch,
      aberration: state.aberration,
      covarianceUm2: likelihood.certaintyAt(state).covarianceUm2,
      natsOfSpectra: natsOfPatch(judge, state, { spectra: windowed, bins, perturbationUm, optics }),
      showsSpecimen: nats >= neededNats,
    };
  }

  /** Displacement in whole px. */
  #alignment(pair: PerturbedPair, patch: Rectangle): { x: number; y: number } {
    const pixelSizeUm = pair.pixelSizeNm * 1e-3;
    const expected = expectedShiftPx(pair, this.#calibration.imageShiftNmPerUm);
    const spectra = this.#source.measureOne(pair, patch, expected, 'wide');
    const bins = this.#source.bins(spectra, 'disc');
    const { xUm, yUm } = measureDisplacement(spectra, bins, { xUm: 0, yUm: 0 });
    return {
      x: expected.x + Math.round(xUm / pixelSizeUm),
      y: expected.y + Math.round(yUm / pixelSizeUm),
    };
  }
}

interface PatchFit extends AberrationEstimate {
  readonly patch: Rectangle;
  readonly natsOfSpectra: number;
  /** Whether there is more than noise. */
  readonly showsSpecimen: boolean;
}

/**
 * The plain mean, every patch counting the same, with the covariance of such a mean: of as many patches as
 * fit side by side into what they cover.
 */
function meanOf(fits: readonly PatchFit[]): AberrationEstimate {
  const count = Math.max(fits.length, 1);
  const side = fits[0]?.patch.width ?? 1;
  const independent = Math.max(1, coveredAreaPx(fits.map(({ patch }) => patch)) / side ** 2);
  const mean = (of: (fit: PatchFit) => number) =>
    fits.reduce((sum, fit) => sum + of(fit), 0) / count;
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
