import { type LogRatioFit, logRatioEstimate } from '../pair/logRatioEstimate.ts';
import type { PairOptics } from '../pair/PairModel.ts';
import type { PairSpectra } from '../pair/PairSpectra.ts';
import type { PupilFit } from '../pair/PupilChoice.ts';
import type { SpectrumBins } from '../pair/SpectrumBins.ts';
import { type Fit, fitSpectra } from './fitSpectra.ts';
import { type ObjectPrior, PairLikelihood } from './PairLikelihood.ts';

/** What spectra of several patches are looked at with. */
export interface PooledView {
  readonly spectra: PairSpectra;
  readonly bins: SpectrumBins;
  readonly perturbationUm: number;
  readonly optics: PairOptics;
  /** What alignment to whole pixels has left, um. */
  readonly restUm: { readonly x: number; readonly y: number };
  readonly objectPrior: ObjectPrior;
}

/** The likeliest state, from the closed form on, and how likely it is that the pupil is of this shape. */
export interface PooledFit extends PupilFit {
  readonly fit: Fit;
  readonly closedForm: LogRatioFit;
}

export function pooledFit(view: PooledView): PooledFit {
  const { spectra, bins, perturbationUm, optics, restUm, objectPrior } = view;
  const closedForm = logRatioEstimate(spectra, bins, perturbationUm, optics);
  const start = { aberration: closedForm.aberration, shiftUm: restUm, logGain: 0 };
  const fit = fitSpectra(spectra, bins, perturbationUm, optics, start, objectPrior);
  const { state } = fit.maximum;
  return {
    psf: optics.psf,
    aberration: state.aberration,
    natsOfPatch: evidenceOf(fit, view).nats / spectra.independentPatches,
    excess: fit.likelihood.certaintyAt(state).excess,
    fit,
    closedForm,
  };
}

/** At the state of a fit; that of a flat prior is asked for with an estimated one. */
export function evidenceOf(
  { maximum, likelihood }: Fit,
  { spectra, bins, perturbationUm, optics, objectPrior }: Omit<PooledView, 'restUm'>,
) {
  if (objectPrior === 'estimated') return likelihood.evidence();
  const other = new PairLikelihood(spectra, bins, perturbationUm, optics);
  other.expand(maximum.state);
  return other.evidence();
}
