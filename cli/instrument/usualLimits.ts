import type { FocusLimits } from '../../harness/microscope/index.ts';

/** How well a simulated microscope has been focused before, um of z, a and b each. */
export const simulatedStartUm = 10;

/** How far focus may go where neither option nor limits file says otherwise. */
export const usualLimits: FocusLimits = { workingDistanceUm: 60, stigmator: 20 };
