import { levelsOf } from '../presets/imperfections.ts';
import { presetNamed } from '../presets/presets.ts';

/** Every level at 0. */
export const noImperfections = levelsOf(presetNamed('merlin~all=0').imperfections);
