import { isClearlyBlurrier, type PairEstimator, sharpnessOverNoise } from '../algorithm/index.ts';
import {
  type FocusLimits,
  type Frame,
  focusParameters,
  type GreyPixels,
  limitOf,
} from '../microscope/index.ts';
import { cropGreyImage, phaseCorrelation } from '../numeric/index.ts';
import { judgementOf } from './judgementOf.ts';

/** What one more frame in the starting state says of the way back. */
export interface LookBack {
  /** It is what the first frame was, it is not, or it could not be exposed or compared. */
  readonly shows: 'start' | 'other' | 'nothing';
  /** Why it shows nothing. */
  readonly reason?: string;
}

/** Two frames of one state are compared as if they were this far from midway, um. */
const nominalPerturbationUm = 2.5;
/** Of 288 frames of a healthy instrument, a fourth of them drifted by 0.3 um, none is beyond both limits. */
const standardDeviations = 6;
/** Of the margins: less is what the estimator itself is wrong by. */
const leastOfMargins = 0.2;
/**
 * Of the shorter side of a frame: a drift is no larger, and a smaller one is left alone. Spectra do not mind it,
 * and it cannot be measured that well between blurred frames.
 */
const [leastShift, largestShift] = [1 / 50, 1 / 3];
/** So much of the middle of a frame tells a drift, px. */
const drifted = 1024;

/**
 * Compares a frame with an earlier one of the same place, which should be of the same state. The estimator is
 * told of a perturbation that was not made: frames of equal blur read 0 for any. Contrast, brightness and a drift
 * of the specimen say nothing about the state and are allowed.
 *
 * A state as far on the other side of focus looks the same where there is no astigmatism.
 */
export async function lookBack(
  estimator: PairEstimator,
  first: Frame,
  look: Frame,
  margins: FocusLimits,
): Promise<LookBack> {
  const { pixelSizeNm } = first.actual;
  const [under, over] = onePlace(first.pixels, look.pixels);
  const [before, now] = [sharpnessOverNoise(under), sharpnessOverNoise(over)];
  if (isClearlyBlurrier(now, before) || isClearlyBlurrier(before, now)) return { shows: 'other' };
  const perturbationUm = nominalPerturbationUm;
  const judgement = await judgementOf(estimator, { under, over, pixelSizeNm, perturbationUm });
  if ('declined' in judgement) return { shows: 'nothing', reason: judgement.declined };
  const { correction, correctionSd } = judgement;
  const isOther = focusParameters.some((parameter) => {
    const reading = Math.abs(correction[parameter]);
    return (
      reading > standardDeviations * correctionSd[parameter] &&
      reading > leastOfMargins * limitOf(margins, parameter)
    );
  });
  return { shows: isOther ? 'other' : 'start' };
}

/** What two frames share, if the specimen has moved in between by whole px. */
function onePlace(first: GreyPixels, second: GreyPixels): [GreyPixels, GreyPixels] {
  const [height = 0, width = 0] = first.shape;
  const [w, h] = [Math.min(drifted, width), Math.min(drifted, height)];
  const middle = { x: (width - w) >> 1, y: (height - h) >> 1, width: w, height: h };
  const { isSignificant, xPx, yPx } = phaseCorrelation(
    cropGreyImage(first, middle),
    cropGreyImage(second, middle),
    { expectedXPx: 0, expectedYPx: 0, searchRadiusPx: largestShift * Math.min(w, h) },
  );
  if (!isSignificant || Math.hypot(xPx, yPx) < leastShift * Math.min(width, height))
    return [first, second];
  const [x, y] = [Math.round(xPx), Math.round(yPx)];
  const part = (pixels: GreyPixels, left: number, top: number) =>
    pixels
      .lo(Math.max(0, top), Math.max(0, left))
      .hi(height - Math.abs(y), width - Math.abs(x)) as GreyPixels;
  return [part(first, -x, -y), part(second, x, y)];
}
