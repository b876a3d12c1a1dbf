import type { Preset } from '../presets/Preset.ts';
import type { GreyLevels } from './GreyLevels.ts';

/**
 * The levels of the preset, whatever is looked at: inverted, yield 1 at the mean grey value; or, in normal
 * polarity, the negative of that.
 */
export function fixedLevels({ polarity, pedestalGrey, meanGrey }: Preset['detector']): GreyLevels {
  const greyPerYield = pedestalGrey - meanGrey;
  if (polarity === 'normal') return { polarity, pedestalGrey: 255 - pedestalGrey, greyPerYield };
  return { polarity: 'inverted', pedestalGrey, greyPerYield };
}
