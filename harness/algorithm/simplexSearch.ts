import { z } from 'zod';
import type { FocusChange, FocusState } from '../microscope/index.ts';
import { type NelderMeadOptions, nelderMead } from '../numeric/index.ts';
import type { AutofocusContext } from './AutofocusAlgorithm.ts';

const triple = z.tuple([z.number().positive(), z.number().positive(), z.number().positive()]);

/** Parameters that every simplex search has, whatever it minimises; defaults are the article's. */
export const simplexSearchSchema = z.strictObject({
  /** Edges of the first simplex: um, stigmator unit, stigmator unit. */
  steps: triple.default([5, 2, 2]),
  /** Uniform jitter of a stuck simplex, plus or minus. */
  jitter: triple.default([2, 0.5, 0.5]),
  jitterAfterIterations: z.number().int().min(1).max(1000).default(5),
  contraction: z.enum(['standard', 'outside-only']).default('standard'),
  /**
   * Score at a focus known to be good: the search has converged as soon as it is reached but for
   * `thresholdFactor`, and has failed otherwise. Without it, a search that no longer improves has
   * converged.
   */
  referenceScore: z.number().positive().nullable().default(null),
  thresholdFactor: z.number().min(1).max(10).default(1.05),
  /** A smaller decrease of the minimised value is no improvement. */
  minImprovement: z.number().min(0).default(0.01),
  patienceIterations: z.number().int().min(1).max(1000).default(25),
  maxIterations: z.number().int().min(1).max(10_000).default(100),
});
export type SimplexSearchParameters = z.infer<typeof simplexSearchSchema>;

/**
 * Nelder-Mead on the three settings of the focus.
 *
 * @param measure - The objective; infinite where the instrument refuses a state.
 * @param threshold - Value of the objective at which the search has converged, if there is one.
 */
export function simplexSearch(
  { random, signal }: Pick<AutofocusContext, 'random' | 'signal'>,
  parameters: SimplexSearchParameters & Pick<NelderMeadOptions, 'restarts'>,
  start: FocusState,
  measure: (state: FocusState) => Promise<number>,
  threshold: number | undefined,
): ReturnType<typeof nelderMead> {
  const { workingDistanceUm, stigmatorX, stigmatorY } = start;
  const at = [workingDistanceUm, stigmatorX, stigmatorY];
  return nelderMead((x) => measure(focusAt(x)), at, {
    steps: parameters.steps,
    signal,
    maxIterations: parameters.maxIterations,
    minImprovement: parameters.minImprovement,
    patienceIterations: parameters.patienceIterations,
    restarts: parameters.restarts ?? 0,
    contraction: parameters.contraction,
    jitter: {
      random,
      amplitudes: parameters.jitter,
      afterIterations: parameters.jitterAfterIterations,
    },
    ...(threshold !== undefined && { threshold }),
  });
}

/** The state of a corner of the simplex. */
export function focusAt([
  workingDistanceUm = 0,
  stigmatorX = 0,
  stigmatorY = 0,
]: readonly number[]): FocusState {
  return { workingDistanceUm, stigmatorX, stigmatorY };
}

/** How near to a refused state a simplex has ended at the limit: a quarter of its first edges. */
export function nextTo({ steps: [um, x, y] }: SimplexSearchParameters): FocusChange {
  return { workingDistanceUm: um / 4, stigmatorX: x / 4, stigmatorY: y / 4 };
}
