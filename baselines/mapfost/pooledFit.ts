import { type LogRatioFit, logRatioEstimate } from '../pair/logRatioEstimate.ts';
import type { PairOptics } from '../pair/PairModel.ts';
import type { PairSpectra } from '../pair/PairSpectra.ts';
import type { PupilFit } from '../pair/PupilChoice.ts';
import type { SpectrumBins } from '../pair/SpectrumBins.ts';
import { type Fit, fitSpectra } from './fitSpectra.ts';
import { type ObjectPrior, PairLikelihood, type PairState } from './PairLikelihood.ts';
import { natsOf } from './refineFit.ts';
import { SmearedModel } from './smearedModel.ts';

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
  return {
    psf: optics.psf,
    aberration: fit.maximum.state.aberration,
    natsOfPatch: natsOfPatch(judgeOf(fit, view), fit.maximum.state, view),
    fit,
    closedForm,
  };
}

/** At the state of a fit; that of a flat prior is asked for with an estimated one. */
export function evidenceOf(fit: Fit, view: Omit<PooledView, 'restUm'>) {
  return judgeOf(fit, view).evidence();
}

/** The likelihood with an estimated prior at the state of a fit. */
function judgeOf(
  { maximum, likelihood }: Fit,
  { spectra, bins, perturbationUm, optics, objectPrior }: Omit<PooledView, 'restUm'>,
): PairLikelihood {
  const judge =
    objectPrior === 'estimated'
      ? likelihood
      : new PairLikelihood(spectra, bins, perturbationUm, optics);
  judge.expand(maximum.state);
  return judge;
}

/** Logarithm of the likelihood of spectra, of one of their patches in the mean; `judge` stands at the state. */
export function natsOfPatch(
  judge: PairLikelihood,
  state: PairState,
  {
    spectra,
    bins,
    perturbationUm,
    optics,
  }: Pick<PooledView, 'spectra' | 'bins' | 'perturbationUm' | 'optics'>,
): number {
  const model = new SmearedModel(spectra, perturbationUm, optics);
  const seen = model.seenAt(state, judge.ringPowers());
  return natsOf(seen, spectra, bins, state) / spectra.independentPatches;
}
