import type {
  CorrectionEstimate,
  PairEstimator,
  PerturbedPair,
} from '../../harness/algorithm/index.ts';
import type { Calibration } from '../../harness/microscope/index.ts';
import { correctionFrom } from '../pair/correctionFrom.ts';
import type { PairParameters } from '../pair/pairParameters.ts';
import { expectedShiftPx, pooled, SpectraSource } from '../pair/SpectraSource.ts';
import { logRatioEstimate } from './logRatioEstimate.ts';

/** Closed-form estimate from the ratio of the two power spectra, pooled over all patches. */
export class SpectralEstimator implements PairEstimator {
  readonly #calibration: Calibration;
  readonly #source: SpectraSource;

  constructor(calibration: Calibration, parameters: PairParameters) {
    this.#calibration = calibration;
    this.#source = new SpectraSource(parameters);
  }

  async estimate(pair: PerturbedPair): Promise<CorrectionEstimate> {
    const patches = this.#source.patches(pair);
    // The spectra need no alignment; crops that show the same specimen cancel its speckle better.
    const shiftPx = expectedShiftPx(pair, this.#calibration.imageShiftNmPerUm);
    const spectra = pooled(this.#source.measure(pair, patches, shiftPx, 'wide'), patches, pair);
    const estimate = logRatioEstimate(
      spectra,
      this.#source.bins(spectra, 'disc'),
      pair.perturbationUm,
      this.#calibration,
    );
    return correctionFrom(estimate, this.#calibration, { patches: patches.length });
  }
}
