import type { Preset } from '../presets/Preset.ts';
import type { GreyLevels } from './GreyLevels.ts';

/** The levels of the preset, whatever is looked at: inverted, yield 1 at the mean grey value. */
export function fixedLevels({ pedestalGrey, meanGrey }: Preset['detector']): GreyLevels {
  return { polarity: 'inverted', pedestalGrey, greyPerYield: pedestalGrey - meanGrey };
}
