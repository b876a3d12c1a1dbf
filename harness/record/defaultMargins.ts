import type { FocusLimits } from '../microscope/index.ts';

/**
 * Where a state counts as in focus: the article's margins, and those of every suite that comes with
 * the project. Either is 1 um of focal shift at the 4 um per stigmator unit of the `merlin` preset.
 */
export const defaultMargins: FocusLimits = { workingDistanceUm: 1, stigmator: 0.25 };
