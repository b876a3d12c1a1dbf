import type {
  CorrectionEstimate,
  PairEstimator,
  PerturbedPair,
} from '../../harness/algorithm/index.ts';
import type { Calibration, Rectangle } from '../../harness/microscope/index.ts';
import { cropGreyImage, phaseCorrelation } from '../../harness/numeric/index.ts';
import { correctionFrom } from '../pair/correctionFrom.ts';
import { alignedCrops } from '../pair/PairSpectra.ts';
import type { PairParameters } from '../pair/pairParameters.ts';
import { expectedShiftPx, SpectraSource } from '../pair/SpectraSource.ts';
import { logRatioEstimate } from '../spectral/logRatioEstimate.ts';
import { maximisePosterior, PairLikelihood } from './PairLikelihood.ts';

/**
 * By how many nats per free parameter structure must be likelier than noise alone, or the estimate is
 * declined. Between what 24 pairs of 1024 x 768 px of each specimen gave (50 and 200 ns, patches of
 * 128, 384 and 768 px, 2 and 11 um off): at most 1.6 on `blank`, where the fit looks for the state in
 * which noise resembles a specimen, at least 268 on `tissue`.
 */
const natsPerParameter = 4;
/**
 * Part of a patch that is aligned first: enough for a whole pixel, at a fraction of the time. The
 * whole patch is taken where this part shows too little.
 */
const alignmentSidePx = 256;
/** How far from the expected displacement the frames may be, in um: covers a calibration without shift. */
const searchRadiusUm = 0.3;

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
    const shiftPx = this.#alignment(pair, patches);
    const spectra = this.#source.measure(pair, patches, shiftPx);
    const start = logRatioEstimate(spectra, pair.perturbationUm, this.#calibration);
    const likelihood = new PairLikelihood(spectra, pair.perturbationUm, this.#calibration);
    const maximum = maximisePosterior(likelihood, {
      aberration: start.aberration,
      shiftUm: { x: 0, y: 0 },
      logGain: 0,
    });
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

  /** Displacement of the over frame in whole px, from the patch nearest the middle of the frame. */
  #alignment(pair: PerturbedPair, patches: readonly Rectangle[]): { x: number; y: number } {
    const [height = 0, width = 0] = pair.under.shape;
    const fromMiddle = (p: Rectangle) =>
      Math.hypot(p.x + p.width / 2 - width / 2, p.y + p.height / 2 - height / 2);
    const [middle] = [...patches].sort((p, q) => fromMiddle(p) - fromMiddle(q));
    if (middle === undefined) throw new RangeError('no patch to align by');
    const expected = expectedShiftPx(pair, this.#calibration.imageShiftNmPerUm);
    const small = centralPart(middle, alignmentSidePx);
    const inSmall = this.#displacement(pair, small, expected);
    if (inSmall.isSignificant || small.width === middle.width) return inSmall;
    return this.#displacement(pair, middle, expected);
  }

  #displacement(
    pair: PerturbedPair,
    part: Rectangle,
    expected: { readonly x: number; readonly y: number },
  ): { x: number; y: number; isSignificant: boolean } {
    const [first, second] = alignedCrops(part, expected, pair.under.shape);
    const searched = Math.ceil((searchRadiusUm * 1e3) / pair.pixelSizeNm);
    const { xPx, yPx, isSignificant } = phaseCorrelation(
      cropGreyImage(pair.under, first),
      cropGreyImage(pair.over, second),
      {
        expectedXPx: 0,
        expectedYPx: 0,
        searchRadiusPx: Math.min(searched, Math.floor(part.width / 4)),
      },
    );
    return {
      x: second.x - first.x + Math.round(xPx),
      y: second.y - first.y + Math.round(yPx),
      isSignificant,
    };
  }
}

/** The middle of a patch, at most `side` px wide and high. */
function centralPart(patch: Rectangle, side: number): Rectangle {
  const size = Math.min(side, patch.width);
  const inset = Math.floor((patch.width - size) / 2);
  return { x: patch.x + inset, y: patch.y + inset, width: size, height: size };
}
