import { z } from 'zod';
import type { AutofocusContext, AutofocusStep } from '../../harness/algorithm/index.ts';
import { type FocusState, isSemfocusError, subtractFocus } from '../../harness/microscope/index.ts';
import { nelderMead } from '../../harness/numeric/index.ts';
import { sharpnessScore } from './sharpnessScore.ts';

const triple = z.tuple([z.number().positive(), z.number().positive(), z.number().positive()]);

/** Parameters of the simplex search; the defaults are the article's. */
export const simplexParametersSchema = z.strictObject({
  /** Edges of the first simplex: um, stigmator unit, stigmator unit. */
  steps: triple.default([5, 2, 2]),
  /** Uniform jitter of a stuck simplex, plus or minus. */
  jitter: triple.default([2, 0.5, 0.5]),
  jitterAfterIterations: z.number().int().min(1).max(1000).default(5),
  contraction: z.enum(['standard', 'outside-only']).default('standard'),
  /** A smaller decrease of the score is no improvement. */
  minImprovement: z.number().min(0).default(0.01),
  patienceIterations: z.number().int().min(1).max(1000).default(25),
  maxIterations: z.number().int().min(1).max(10_000).default(100),
});
export type SimplexParameters = z.infer<typeof simplexParametersSchema>;

/**
 * Nelder-Mead on the sharpness of single frames: no model, no calibration, many frames.
 *
 * One item per iteration; the first holds the frames of the start simplex. After every iteration
 * the microscope is put to the best corner. Scores are noisy and corners are measured again after
 * a shrink or a jitter, so that the best one may be lost again.
 */
export async function* searchBySimplex(
  context: AutofocusContext,
  parameters: SimplexParameters,
): AsyncGenerator<AutofocusStep, void, void> {
  const { microscope, frame, clock, signal, random } = context;
  const start = await microscope.readFocus({ signal });
  let computeMs = 0;
  const measure = async (x: readonly number[]): Promise<number> => {
    try {
      await microscope.writeFocus(stateOf(x), { signal });
    } catch (error) {
      // A corner that the instrument or its guard refuses is as bad as can be; nothing has moved.
      if (isSemfocusError(error, 'OutOfRange')) return Number.POSITIVE_INFINITY;
      throw error;
    }
    const { pixels } = await microscope.acquireFrame(frame, { signal });
    const startMs = clock.nowMs();
    const score = sharpnessScore(pixels);
    computeMs += clock.nowMs() - startMs;
    framesUsed += 1;
    return score;
  };
  let framesUsed = 0;
  const search = nelderMead(
    measure,
    [start.workingDistanceUm, start.stigmatorX, start.stigmatorY],
    {
      steps: parameters.steps,
      signal,
      maxIterations: parameters.maxIterations,
      minImprovement: parameters.minImprovement,
      patienceIterations: parameters.patienceIterations,
      contraction: parameters.contraction,
      jitter: {
        random,
        amplitudes: parameters.jitter,
        afterIterations: parameters.jitterAfterIterations,
      },
    },
  );
  let before = start;
  for await (const { iteration, best, move } of search) {
    const focus = await microscope.writeFocus(stateOf(best.x), { signal });
    yield {
      iteration: iteration + 1,
      correction: subtractFocus(focus, before),
      focus,
      framesUsed,
      computeMs,
      diagnostics: { score: Number.isFinite(best.value) ? best.value : null, move },
    };
    before = focus;
    framesUsed = 0;
    computeMs = 0;
  }
}

function stateOf([
  workingDistanceUm = 0,
  stigmatorX = 0,
  stigmatorY = 0,
]: readonly number[]): FocusState {
  return { workingDistanceUm, stigmatorX, stigmatorY };
}
