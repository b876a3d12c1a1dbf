import type {
  CorrectionEstimate,
  PairEstimator,
  PerturbedPair,
} from '../../harness/algorithm/index.ts';
import type { Calibration, Rectangle } from '../../harness/microscope/index.ts';
import { correctionFrom } from '../pair/correctionFrom.ts';
import { measureDisplacement } from '../pair/measureDisplacement.ts';
import type { PairSpectra } from '../pair/PairSpectra.ts';
import type { PairParameters } from '../pair/pairParameters.ts';
import { expectedShiftPx, pooled, SpectraSource } from '../pair/SpectraSource.ts';
import { logRatioEstimate } from '../spectral/logRatioEstimate.ts';
import { fitSpectra } from './fitSpectra.ts';

/**
 * By how many nats per free parameter structure must be likelier than noise alone, or the estimate is
 * declined. Between what 24 pairs of 1024 x 768 px of each specimen gave (50 and 200 ns, patches of
 * 128, 384 and 768 px, 2 and 11 um off): at most 1.6 on `blank`, where the fit looks for the state in
 * which noise resembles a specimen, at least 268 on `tissue`.
 */
const natsPerParameter = 4;
/** Crops that are cut this far beside each other still show the same specimen, px. */
const harmlessShiftPx = 3;

/**
 * MAPFoSt in its own words: the state of the pair with the largest posterior probability, the
 * object integrated out. Started from the closed form, because the posterior of a disc has more
 * than one maximum; aligned, because the cross spectrum carries the part of the information that
 * the powers lack.
 */
export class MapfostEstimator implements PairEstimator {
  readonly #calibration: Calibration;
  readonly #source: SpectraSource;

  constructor(calibration: Calibration, parameters: PairParameters) {
    this.#calibration = calibration;
    this.#source = new SpectraSource(parameters);
  }

  async estimate(pair: PerturbedPair): Promise<CorrectionEstimate> {
    const patches = this.#source.patches(pair);
    const { perPatch, shiftPx, restUm } = this.#aligned(pair, patches);
    const spectra = pooled(perPatch, patches, pair);
    const bins = this.#source.bins(spectra, 'disc');
    const start = logRatioEstimate(spectra, bins, pair.perturbationUm, this.#calibration);
    const { maximum, likelihood } = fitSpectra(
      spectra,
      bins,
      pair.perturbationUm,
      this.#calibration,
      {
        aberration: start.aberration,
        shiftUm: restUm,
        logGain: 0,
      },
    );
    const needed = natsPerParameter * likelihood.freeParameters;
    const doubt =
      maximum.logLikelihoodRatio < needed
        ? `nothing but noise: structure is likelier by ${maximum.logLikelihoodRatio.toFixed(0)} nats only, less than ${needed}`
        : undefined;
    const pixelSizeUm = pair.pixelSizeNm * 1e-3;
    return correctionFrom(
      { aberration: maximum.state.aberration, covarianceUm2: maximum.covarianceUm2 },
      this.#calibration,
      {
        patches: patches.length,
        evaluations: maximum.evaluations,
        logLikelihoodRatio: maximum.logLikelihoodRatio,
        shiftXPx: shiftPx.x + maximum.state.shiftUm.x / pixelSizeUm,
        shiftYPx: shiftPx.y + maximum.state.shiftUm.y / pixelSizeUm,
        gain: Math.exp(maximum.state.logGain),
      },
      doubt,
    );
  }

  /** Spectra of patches that follow the displacement, and what whole pixels have left of it. */
  #aligned(
    pair: PerturbedPair,
    patches: readonly Rectangle[],
  ): {
    perPatch: PairSpectra[];
    shiftPx: { x: number; y: number };
    restUm: { x: number; y: number };
  } {
    const pixelSizeUm = pair.pixelSizeNm * 1e-3;
    const expected = expectedShiftPx(pair, this.#calibration.imageShiftNmPerUm);
    const perPatch = this.#source.measure(pair, patches, expected, 'window');
    const spectra = pooled(perPatch, patches, pair);
    const bins = this.#source.bins(spectra, 'disc');
    const { xUm, yUm } = measureDisplacement(spectra, bins, { xUm: 0, yUm: 0 });
    const off = { x: Math.round(xUm / pixelSizeUm), y: Math.round(yUm / pixelSizeUm) };
    if (Math.max(Math.abs(off.x), Math.abs(off.y)) <= harmlessShiftPx) {
      return { perPatch, shiftPx: expected, restUm: { x: xUm, y: yUm } };
    }
    const shiftPx = { x: expected.x + off.x, y: expected.y + off.y };
    return {
      perPatch: this.#source.measure(pair, patches, shiftPx, 'window'),
      shiftPx,
      restUm: { x: 0, y: 0 },
    };
  }
}
