import type { Calibration } from '../../harness/microscope/index.ts';
import { type ModelCard, outputKind } from '../card/index.ts';
import { resampleRatio } from '../patches/index.ts';

/** How an instrument's pair is shown to a network, and what a micrometre of its answer means. */
export interface PairScale {
  /** Size of the network's pixels in pixels of the frame. */
  readonly ratio: number;
  /** Micrometres of the instrument per micrometre of the network's answer. */
  readonly umPerModelUm: number;
}

/** A change of the perturbation's effect that the answer still follows in proportion. */
const toleratedMismatch = 0.05;

/**
 * A network that answers with corrections knows one instrument; only the size of the pixels can be
 * brought to what it knows, after rounding both to whole nanometres, as in the article.
 *
 * A network that answers with aberrations sees z through NA z / pixel size alone, so that one for
 * NA0, pixel p0 and perturbation T0 fits any instrument: with s = NA p0 / (NA0 p), perturbation
 * T looks like s T. Where that is not T0 the frame is resampled until it is; within 5 % it is left
 * alone, because the logarithm of the ratio of the two power spectra is proportional to T z, so that
 * the answer is off by s T / T0.
 */
export function pairScaleOf(
  card: ModelCard,
  calibration: Pick<Calibration, 'convergenceMrad'>,
  pair: { readonly pixelSizeNm: number; readonly perturbationUm: number },
): PairScale {
  const { pixelSizeNm, perturbationUm } = pair;
  if (outputKind(card) !== 'aberration') {
    return { ratio: resampleRatio(card, pixelSizeNm), umPerModelUm: 1 };
  }
  const blurRatio = calibration.convergenceMrad / card.convergenceMrad;
  const scale = (blurRatio * card.pixelSizeNm) / pixelSizeNm;
  const mismatch = (scale * perturbationUm) / card.perturbationUm;
  if (Math.abs(mismatch - 1) <= toleratedMismatch) {
    return { ratio: 1, umPerModelUm: 1 / (scale * mismatch) };
  }
  return { ratio: mismatch, umPerModelUm: mismatch / scale };
}

/**
 * The perturbation with which an instrument's pairs look to a network that answers with aberrations as
 * those that it was trained on, so that nothing has to be resampled: T0 p NA0 / (p0 NA), um.
 */
export function fittingPerturbationUm(
  card: ModelCard,
  { convergenceMrad }: Pick<Calibration, 'convergenceMrad'>,
  pixelSizeNm: number,
): number {
  const scale = (convergenceMrad / card.convergenceMrad) * (card.pixelSizeNm / pixelSizeNm);
  // Calibrations scatter: what need not change stays a round number.
  if (Math.abs(scale - 1) <= toleratedMismatch) return card.perturbationUm;
  return Number((card.perturbationUm / scale).toPrecision(3));
}
