import type {
  CorrectionEstimate,
  Json,
  PairEstimator,
  PerturbedPair,
} from '../../harness/algorithm/index.ts';
import type { Calibration, Rectangle } from '../../harness/microscope/index.ts';
import { correctionFrom } from '../pair/correctionFrom.ts';
import { addMatrices, likelierPupil, type PupilFit, pupilsOf } from '../pair/likelierPupil.ts';
import { measureDisplacement } from '../pair/measureDisplacement.ts';
import type { PairOptics } from '../pair/PairModel.ts';
import type { PairSpectra } from '../pair/PairSpectra.ts';
import { expectedShiftPx, pooled, SpectraSource } from '../pair/SpectraSource.ts';
import { logRatioEstimate } from '../spectral/logRatioEstimate.ts';
import { type Fit, fitSpectra } from './fitSpectra.ts';
import type { MapfostParameters } from './mapfostParameters.ts';
import { PairLikelihood, type PairState } from './PairLikelihood.ts';
import { markDisagreeing, type PatchView, viewOfPatch } from './PatchView.ts';

/** Crops that are cut this far beside each other still show the same specimen, px. */
const harmlessShiftPx = 3;
/** Closer to focus than this, um, both frames are blurred so nearly alike that a narrow window does no harm. */
const narrowBelowUm = 1;
/** Leaving patches out moves the common state, which may show others in a new light. */
const mostRounds = 3;

/** Spectra of patches that follow the displacement, and what whole pixels have left of it. */
interface AlignedSpectra {
  readonly perPatch: readonly PairSpectra[];
  readonly shiftPx: { readonly x: number; readonly y: number };
  readonly restUm: { readonly x: number; readonly y: number };
}

/** One pair, cut into patches, under a pupil of one shape. */
interface View {
  readonly pair: PerturbedPair;
  readonly patches: readonly Rectangle[];
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

  constructor(calibration: Calibration, parameters: MapfostParameters) {
    this.#calibration = calibration;
    this.#parameters = parameters;
    this.#source = new SpectraSource(parameters);
  }

  async estimate(pair: PerturbedPair): Promise<CorrectionEstimate> {
    const patches = this.#source.patches(pair);
    const aligned = this.#aligned(pair, patches);
    const { likeliest, spreadUm2 } = likelierPupil(
      pupilsOf(this.#calibration, this.#parameters).map((optics) =>
        this.#pupilFit({ pair, patches, aligned, optics }),
      ),
    );
    const common = this.#fitMost(likeliest.view, likeliest.fit, likeliest.spectra);
    const fit = this.#sharpened(likeliest.view, common);
    const { maximum, likelihood } = fit;
    const { aberration, shiftUm, logGain } = maximum.state;
    const { covarianceUm2 } = likelihood.certaintyAt(maximum.state);
    const { nats, neededNats } = this.#evidence(likeliest.view, fit, common.spectra);
    const doubt =
      nats < neededNats
        ? `nothing but noise: structure is likelier by ${nats.toFixed(0)} nats only, less than ${neededNats}`
        : undefined;
    const pixelSizeUm = pair.pixelSizeNm * 1e-3;
    const { views } = common;
    return correctionFrom(
      { aberration, covarianceUm2: addMatrices(covarianceUm2, spreadUm2) },
      this.#calibration,
      {
        pupil: likeliest.psf,
        patches: patches.length,
        evaluations: fit.evaluations,
        logLikelihoodRatio: nats,
        shiftXPx: aligned.shiftPx.x + shiftUm.x / pixelSizeUm,
        shiftYPx: aligned.shiftPx.y + shiftUm.y / pixelSizeUm,
        gain: Math.exp(logGain),
        ...(views.length > 1 && { perPatch: views.map(described(views)) }),
      },
      doubt,
    );
  }

  /** What all patches together say, and how likely that is. */
  #pupilFit(view: View): PupilFit & { view: View; fit: Fit; spectra: PairSpectra } {
    const { pair, patches, aligned, optics } = view;
    const spectra = pooled(aligned.perPatch, patches, pair);
    const fit = this.#fitPooled(view, spectra);
    const { state } = fit.maximum;
    return {
      psf: optics.psf,
      aberration: state.aberration,
      nats: this.#evidence(view, fit, spectra).nats,
      excess: fit.likelihood.certaintyAt(state).excess,
      ...{ view, fit, spectra },
    };
  }

  #fitPooled({ pair, aligned, optics }: View, spectra: PairSpectra): Fit {
    const bins = this.#source.bins(spectra, 'disc');
    const { aberration } = logRatioEstimate(spectra, bins, pair.perturbationUm, optics);
    const start = { aberration, shiftUm: aligned.restUm, logGain: 0 };
    return this.#fit(pair, spectra, optics, start);
  }

  #fit(pair: PerturbedPair, spectra: PairSpectra, optics: PairOptics, start: PairState): Fit {
    const bins = this.#source.bins(spectra, 'disc');
    const { objectPrior } = this.#parameters;
    return fitSpectra(spectra, bins, pair.perturbationUm, optics, start, objectPrior);
  }

  /** The state that most patches agree on, from the fit to all of them. */
  #fitMost(view: View, fitOfAll: Fit, spectraOfAll: PairSpectra): CommonFit {
    const { pair, patches, aligned, optics } = view;
    let kept = patches.map((_, i) => i);
    let spectra = spectraOfAll;
    let fit = fitOfAll;
    let views: readonly PatchView[] = [];
    for (let round = 0; round < mostRounds && patches.length > 1; round++) {
      const { state } = fit.maximum;
      views = markDisagreeing(
        patches.map((patch, i) =>
          viewOfPatch(patch, this.#likelihoodOf(pair, aligned.perPatch[i]!, optics), state),
        ),
      );
      const better = patches.map((_, i) => i).filter((i) => views[i]?.leftOut === undefined);
      // All blank: the pooled fit says so with one voice.
      if (better.length === 0 || better.join() === kept.join()) break;
      kept = better;
      spectra = pooled(
        kept.map((i) => aligned.perPatch[i]!),
        kept.map((i) => patches[i]!),
        pair,
      );
      fit = this.#fitPooled(view, spectra);
    }
    return { fit, spectra, views };
  }

  /** Near focus the patches are looked at again under a narrow window, which shows more of them. */
  #sharpened({ pair, patches, aligned, optics }: View, { fit, views }: CommonFit): Fit {
    const { zUm, aUm, bUm } = fit.maximum.state.aberration;
    const kept = patches.filter((_, i) => views[i]?.leftOut === undefined);
    if (Math.hypot(zUm, aUm, bUm) > narrowBelowUm || kept.length === 0) return fit;
    const narrow = this.#source.measure(pair, kept, aligned.shiftPx, 'narrow');
    const again = this.#fit(pair, pooled(narrow, kept, pair), optics, fit.maximum.state);
    return { ...again, evaluations: fit.evaluations + again.evaluations };
  }

  /** At the state of a fit; that of a flat prior is asked for with an estimated one. */
  #evidence({ pair, optics }: View, { maximum, likelihood }: Fit, spectra: PairSpectra) {
    if (this.#parameters.objectPrior === 'estimated') return likelihood.evidence();
    const other = this.#likelihoodOf(pair, spectra, optics);
    other.expand(maximum.state);
    return other.evidence();
  }

  #likelihoodOf(pair: PerturbedPair, spectra: PairSpectra, optics: PairOptics): PairLikelihood {
    const bins = this.#source.bins(spectra, 'disc');
    return new PairLikelihood(spectra, bins, pair.perturbationUm, optics);
  }

  #aligned(pair: PerturbedPair, patches: readonly Rectangle[]): AlignedSpectra {
    const pixelSizeUm = pair.pixelSizeNm * 1e-3;
    const expected = expectedShiftPx(pair, this.#calibration.imageShiftNmPerUm);
    const perPatch = this.#source.measure(pair, patches, expected, 'wide');
    const spectra = pooled(perPatch, patches, pair);
    const bins = this.#source.bins(spectra, 'disc');
    const { xUm, yUm } = measureDisplacement(spectra, bins, { xUm: 0, yUm: 0 });
    const off = { x: Math.round(xUm / pixelSizeUm), y: Math.round(yUm / pixelSizeUm) };
    if (Math.max(Math.abs(off.x), Math.abs(off.y)) <= harmlessShiftPx) {
      return { perPatch, shiftPx: expected, restUm: { x: xUm, y: yUm } };
    }
    const shiftPx = { x: expected.x + off.x, y: expected.y + off.y };
    return {
      perPatch: this.#source.measure(pair, patches, shiftPx, 'wide'),
      shiftPx,
      restUm: { x: 0, y: 0 },
    };
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
