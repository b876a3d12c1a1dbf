import type {
  CorrectionEstimate,
  Json,
  PairEstimator,
  PerturbedPair,
} from '../../harness/algorithm/index.ts';
import type { Calibration } from '../../harness/microscope/index.ts';
import { correctionFrom } from '../pair/correctionFrom.ts';
import type { PairOptics } from '../pair/PairModel.ts';
import { type PairSpectra, withEqualNoise } from '../pair/PairSpectra.ts';
import { addMatrices, PupilChoice, pupilsOf } from '../pair/PupilChoice.ts';
import type { AutoLayout } from '../pair/patchLayout.ts';
import { pooled, SpectraSource } from '../pair/SpectraSource.ts';
import { type AlignedSpectra, alignedSpectra } from './alignedSpectra.ts';
import { clippedAlike } from './clippedAlike.ts';
import { blurUm, type Fit, fitSpectra } from './fitSpectra.ts';
import type { MapfostParameters } from './mapfostParameters.ts';
import { modelErrorUm } from './modelErrorUm.ts';
import { PairLikelihood } from './PairLikelihood.ts';
import { markDisagreeing, type PatchView, viewOfPatch } from './PatchView.ts';
import { evidenceOf, type PooledView, pooledFit } from './pooledFit.ts';

/** Closer to focus than this, um, both frames are blurred so nearly alike that a narrow window does no harm. */
const narrowBelowUm = 1;
/** Radius of the blurrier frame's probe over the side of a patch from which on larger patches are better. */
const wideFraction = 0.03;
/** Four cover a frame of 2048 x 1536 px. */
const wideLayout: AutoLayout = { largestSidePx: 768, largestCount: 4 };
/** Leaving patches out moves the common state, which may show others in a new light. */
const mostRounds = 3;

/** One pair under the pupil that counts. */
interface View {
  readonly pair: PerturbedPair;
  readonly aligned: AlignedSpectra;
  readonly optics: PairOptics;
}

/** The fit to the patches that agree, and what each of them says. */
interface CommonFit {
  readonly fit: Fit;
  readonly spectra: PairSpectra;
  readonly views: readonly PatchView[];
}

/**
 * MAPFoSt in its own words: the state of the pair with the largest posterior probability, the
 * object integrated out. Started from the closed form, because the posterior of a disc has more
 * than one maximum; aligned, because the cross spectrum carries the part of the information that
 * the powers lack. Unless the calibration is to be believed, pupils of every shape are fitted and the
 * likelier one counts. Patches that show nothing, or something else than most, are left out.
 */
export class MapfostEstimator implements PairEstimator {
  readonly #calibration: Calibration;
  readonly #parameters: MapfostParameters;
  readonly #source: SpectraSource;
  readonly #pupil = new PupilChoice();

  constructor(calibration: Calibration, parameters: MapfostParameters) {
    this.#calibration = calibration;
    this.#parameters = parameters;
    this.#source = new SpectraSource(parameters);
  }

  async estimate(pair: PerturbedPair): Promise<CorrectionEstimate> {
    const patches = this.#source.patches(pair);
    const { imageShiftNmPerUm } = this.#calibration;
    const aligned = alignedSpectra(this.#source, pair, patches, imageShiftNmPerUm);
    const ofAll = pooled(aligned, pair);
    const { likeliest, probability, spreadUm2 } = this.#pupil.choose(
      pupilsOf(this.#calibration, this.#parameters).map((optics) =>
        pooledFit(this.#pooledView({ pair, aligned, optics }, ofAll)),
      ),
    );
    const view = { pair, aligned, optics: { ...this.#calibration, psf: likeliest.psf } };
    const common = this.#fitMost(view, likeliest.fit, ofAll);
    const fit = this.#lookedAgain(view, common);
    const { maximum, likelihood } = fit;
    const { aberration, shiftUm, logGain } = maximum.state;
    const { covarianceUm2 } = likelihood.certaintyAt(maximum.state);
    const { nats, neededNats } = evidenceOf(fit, this.#pooledView(view, common.spectra));
    const doubt =
      nats < neededNats
        ? `nothing but noise: structure is likelier by ${nats.toFixed(0)} nats only, less than ${neededNats}`
        : undefined;
    const pixelSizeUm = pair.pixelSizeNm * 1e-3;
    const patchAreaUm2 = (pixelSizeUm * (aligned.patches[0]?.width ?? 0)) ** 2;
    const { views } = common;
    return correctionFrom(
      { aberration, covarianceUm2: addMatrices(covarianceUm2, spreadUm2) },
      this.#calibration,
      modelErrorUm(aberration, common.spectra.independentPatches * patchAreaUm2),
      {
        pupil: likeliest.psf,
        pupilProbability: probability,
        patches: aligned.patches.length,
        evaluations: fit.evaluations,
        logLikelihood: likeliest.natsOfPatch * ofAll.independentPatches,
        logLikelihoodRatio: nats,
        shiftXPx: aligned.shiftPx.x + shiftUm.x / pixelSizeUm,
        shiftYPx: aligned.shiftPx.y + shiftUm.y / pixelSizeUm,
        gain: Math.exp(logGain),
        ...(views.length > 1 && { perPatch: views.map(described(views)) }),
      },
      doubt,
    );
  }

  /** The state that most patches agree on, from the fit to all of them. */
  #fitMost(view: View, fitOfAll: Fit, spectraOfAll: PairSpectra): CommonFit {
    const { pair, aligned, optics } = view;
    const { patches, perPatch } = aligned;
    let kept = patches.map((_, i) => i);
    let spectra = spectraOfAll;
    let fit = fitOfAll;
    let views: readonly PatchView[] = [];
    for (let round = 0; round < mostRounds && patches.length > 1; round++) {
      const { state } = fit.maximum;
      views = markDisagreeing(
        patches.map((patch, i) =>
          viewOfPatch(patch, this.#likelihoodOf(pair, perPatch[i]!, optics), state),
        ),
      );
      const better = patches.map((_, i) => i).filter((i) => views[i]?.leftOut === undefined);
      // All blank: the pooled fit says so with one voice.
      if (better.length === 0 || better.join() === kept.join()) break;
      kept = better;
      spectra = pooled(
        { patches: kept.map((i) => patches[i]!), perPatch: kept.map((i) => perPatch[i]!) },
        pair,
      );
      ({ fit } = pooledFit(this.#pooledView(view, spectra)));
    }
    return { fit, spectra, views };
  }

  /**
   * Near focus the patches are looked at again, whole and under a narrow window, which shows more of them:
   * bodies make estimates too small by a tenth, which is nothing there. Far from focus the frame is looked at again in
   * patches as large as fit: what windows do to steep flanks is not all in the model.
   */
  #lookedAgain(view: View, { fit, views }: CommonFit): Fit {
    const { pair, aligned, optics } = view;
    const { patches, shiftPx } = aligned;
    const { aberration } = fit.maximum.state;
    if (Math.hypot(aberration.zUm, aberration.aUm, aberration.bUm) <= narrowBelowUm) {
      const kept = patches.filter((_, i) => views[i]?.leftOut === undefined);
      if (kept.length === 0) return fit;
      const seen = this.#source.measure(clippedAlike(pair, shiftPx), kept, shiftPx, 'narrow');
      return this.#fitAgain(view, fit, withEqualNoise(pooled(seen, pair)));
    }
    const sidePx = patches[0]?.width ?? 0;
    const radiusUm = optics.convergenceMrad * 1e-3 * blurUm(aberration, pair.perturbationUm);
    const isSmall = radiusUm < wideFraction * sidePx * pair.pixelSizeNm * 1e-3;
    // Where a part of the frame was left out, large patches would bring it back.
    const isWhole = views.every(({ leftOut }) => leftOut === undefined);
    const wide = this.#source.patches(pair, wideLayout);
    if (isSmall || !isWhole || wide[0]!.width <= sidePx) return fit;
    const seen = this.#source.measure(pair, wide, shiftPx, 'masked');
    return this.#fitAgain(view, fit, pooled(seen, pair));
  }

  #fitAgain({ pair, optics }: View, fit: Fit, spectra: PairSpectra): Fit {
    const again = fitSpectra(
      spectra,
      this.#source.bins(spectra, 'disc'),
      pair.perturbationUm,
      optics,
      fit.maximum.state,
      this.#parameters.objectPrior,
    );
    return { ...again, evaluations: fit.evaluations + again.evaluations };
  }

  #pooledView({ pair, aligned, optics }: View, spectra: PairSpectra): PooledView {
    return {
      spectra,
      bins: this.#source.bins(spectra, 'disc'),
      perturbationUm: pair.perturbationUm,
      optics,
      restUm: aligned.restUm,
      objectPrior: this.#parameters.objectPrior,
    };
  }

  #likelihoodOf(pair: PerturbedPair, spectra: PairSpectra, optics: PairOptics): PairLikelihood {
    const bins = this.#source.bins(spectra, 'disc');
    return new PairLikelihood(spectra, bins, pair.perturbationUm, optics);
  }
}

/** A patch as the record keeps it; its weight is its share of the information on z. */
function described(views: readonly PatchView[]): (view: PatchView) => Json {
  const total = views.reduce((sum, { leftOut, information }) => {
    return leftOut === undefined ? sum + information : sum;
  }, 0);
  return ({ patch, aberration, sdUm, information, leftOut }) => ({
    x: patch.x,
    y: patch.y,
    ...aberration,
    sdZUm: sdUm[0],
    weight: leftOut === undefined && total > 0 ? information / total : 0,
    ...(leftOut !== undefined && { leftOut }),
  });
}
