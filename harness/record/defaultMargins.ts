import type { FocusLimits } from '../microscope/index.ts';

/**
 * Where a state counts as in focus unless a suite or a user says otherwise: 1 um and 0.25 stigmator
 * units, those of every suite that comes with the project. One um of defocus at 8.74 mrad blurs by
 * about one pixel of 10 nm, and so does a quarter of a unit of the `merlin` preset's stigmators.
 */
export const defaultMargins: FocusLimits = { workingDistanceUm: 1, stigmator: 0.25 };
