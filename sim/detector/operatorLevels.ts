import { quantileOfAscending } from '../../harness/statistics/index.ts';
import type { Preset } from '../presets/Preset.ts';
import { ascendingYields } from './ascendingYields.ts';
import type { GreyLevels, Polarity } from './GreyLevels.ts';

/** Largest change of the nominal contrast by an operator: a blank field stays blank. */
const gainRange = [0.5, 1.5] as const;
/** Normal polarity: this share of the pixels is darker than nearly black, and saturates at white. */
const darkQuantile = 0.005;
const brightQuantile = 0.995;
const nearlyBlackGrey = 10;
/** Where the mean of a field goes whose contrast is as high as it is ever set. */
const normalMeanGrey = 110;

/**
 * Brightness and contrast as an operator sets them, once per session, on a field in focus.
 *
 * Inverted: the mean yield becomes `meanGrey`, and the contrast is raised until `clippedPercent` of
 * the field saturates at black. Normal: the darkest half per cent comes out nearly black (grey 10 and
 * less), the brightest half per cent saturates. The contrast stays within 0.5 and 1.5 of the nominal
 * `pedestalGrey - meanGrey` per yield where inverted; in normal polarity only the upper limit holds,
 * since metals on carbon emit many times what the ground does. At a limit the mean stays where it
 * belongs (`meanGrey`; 110 in normal polarity).
 *
 * Noise plays no part: at low dose more pixels than `clippedPercent` are black, and the contrast is
 * not turned up because of it.
 *
 * @param yields - Expected yields of the field, without noise; >= 0, any order, at least one.
 */
export function operatorLevels(
  yields: Float32Array,
  polarity: Polarity,
  { pedestalGrey, meanGrey, clippedPercent }: Preset['detector'],
): GreyLevels {
  const ascending = ascendingYields(yields);
  const mean = ascending.reduce((sum, value) => sum + value, 0) / ascending.length;
  const nominal = pedestalGrey - meanGrey;
  const [least, most] = [gainRange[0] * nominal, gainRange[1] * nominal];
  if (polarity === 'inverted') {
    const black = quantileOfAscending(ascending, 1 - clippedPercent / 100);
    const wanted = meanGrey / Math.max(black - mean, Number.MIN_VALUE);
    const greyPerYield = Math.max(least, Math.min(most, wanted));
    return { polarity, pedestalGrey: meanGrey + greyPerYield * mean, greyPerYield };
  }
  const dark = quantileOfAscending(ascending, darkQuantile);
  const bright = quantileOfAscending(ascending, brightQuantile);
  const wanted = (255 - nearlyBlackGrey) / Math.max(bright - dark, Number.MIN_VALUE);
  if (wanted > most) {
    return { polarity, pedestalGrey: normalMeanGrey - most * mean, greyPerYield: most };
  }
  return { polarity, pedestalGrey: nearlyBlackGrey - wanted * dark, greyPerYield: wanted };
}
