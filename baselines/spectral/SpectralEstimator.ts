import type {
  CorrectionEstimate,
  PairEstimator,
  PerturbedPair,
} from '../../harness/algorithm/index.ts';
import type { Calibration } from '../../harness/microscope/index.ts';
import { alignedSpectra } from '../mapfost/alignedSpectra.ts';
import { pooledFit } from '../mapfost/pooledFit.ts';
import { correctionFrom, evenErrorUm } from '../pair/correctionFrom.ts';
import { type LogRatioFit, logRatioEstimate } from '../pair/logRatioEstimate.ts';
import { gainPriorSd } from '../pair/PairModel.ts';
import { addMatrices, PupilChoice, pupilsOf } from '../pair/PupilChoice.ts';
import type { PairParameters } from '../pair/pairParameters.ts';
import { pooled, SpectraSource } from '../pair/SpectraSource.ts';

/**
 * On simulated tissue with `merlin`, 3 um and 0.5, -1 units off, estimates of eight places (1024 x 768 px, default patches)
 * were wrong by 8 % of hypot(z, a, b), where their noise would have allowed 1 %.
 */
const modelErrorFraction = 0.05;
/** Closer to focus than this, um, both frames are blurred so nearly alike that bodies do no harm. */
const wholeBelowUm = 1;

/**
 * Closed-form estimate from the ratio of the two power spectra, pooled over all patches. The ratio hardly
 * tells one pupil from another, so that the two-frame likelihood of `mapfost` chooses between them.
 */
export class SpectralEstimator implements PairEstimator {
  readonly #calibration: Calibration;
  readonly #parameters: PairParameters;
  readonly #source: SpectraSource;
  readonly #pupil = new PupilChoice();

  constructor(calibration: Calibration, parameters: PairParameters) {
    this.#calibration = calibration;
    this.#parameters = parameters;
    this.#source = new SpectraSource(parameters);
  }

  async estimate(pair: PerturbedPair): Promise<CorrectionEstimate> {
    const { imageShiftNmPerUm } = this.#calibration;
    const aligned = alignedSpectra(
      this.#source,
      pair,
      this.#source.patches(pair),
      imageShiftNmPerUm,
    );
    const { patches, shiftPx, restUm } = aligned;
    const masked = pooled(aligned, pair);
    const bins = this.#source.bins(masked, 'disc');
    const { perturbationUm } = pair;
    const { likeliest, probability, spreadUm2 } = this.#pupil.choose(
      pupilsOf(this.#calibration, this.#parameters).map((optics) =>
        pooledFit({
          spectra: masked,
          ...{ bins, perturbationUm, optics, restUm, objectPrior: 'estimated' },
        }),
      ),
    );
    let fit = likeliest.closedForm;
    const { zUm, aUm, bUm } = fit.aberration;
    if (Math.hypot(zUm, aUm, bUm) < wholeBelowUm) {
      const spectra = pooled(this.#source.measure(pair, patches, shiftPx, 'wide'), pair);
      const optics = { ...this.#calibration, psf: likeliest.psf };
      fit = logRatioEstimate(spectra, bins, perturbationUm, optics);
    }
    return correctionFrom(
      {
        aberration: fit.aberration,
        covarianceUm2: addMatrices(fit.covarianceUm2, spreadUm2),
      },
      this.#calibration,
      evenErrorUm(modelErrorFraction, fit.aberration),
      { pupil: likeliest.psf, pupilProbability: probability, patches: patches.length },
      reasonToBeLost(fit),
    );
  }
}

/**
 * Contrasts beyond as many standard deviations of their prior, and residuals so many times those of noise, are
 * those of a fit that is lost: frames of simulated tissue within 15 um gave at most 1 and 2.7. With its
 * clipped bodies the real pair of docs/reality.md gave 3.2, and a residual 4 to 5 times that of simulated frames, where the answer was
 * 5 um wrong.
 */
const largestGainSds = 2.5;
const largestExcess = 5;
/** A search that still moves by so much, um, swings between two solutions. */
const largestChangeUm = 0.5;
/** Why a closed form does not hold; undefined where it may. */
function reasonToBeLost({ logGain, excess, lastChangeUm }: LogRatioFit): string | undefined {
  if (Math.abs(logGain) > largestGainSds * gainPriorSd) {
    return `the frames would differ in contrast by a factor of ${Math.exp(logGain).toFixed(2)}: no probe explains their spectra`;
  }
  if (excess > largestExcess) {
    return `the ratio of the spectra scatters ${excess.toFixed(1)} times more about the fit than noise allows, more than ${largestExcess}`;
  }
  if (lastChangeUm > largestChangeUm) {
    return `the search swings between solutions ${lastChangeUm.toFixed(1)} um apart`;
  }
  return undefined;
}
