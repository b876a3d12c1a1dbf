import { z } from 'zod';
import {
  type AutofocusContext,
  type AutofocusStep,
  FrameMeter,
  focusAt,
  nextTo,
  simplexSearch,
  simplexSearchSchema,
} from '../../harness/algorithm/index.ts';
import { type FocusState, type Frame, subtractFocus } from '../../harness/microscope/index.ts';
import { endOfSearch } from './endOfSearch.ts';
import { frameEffect, significantEffect } from './frameEffect.ts';
import { frameSharpness } from './frameSharpness.ts';
import { sharpnessMetricNames, sharpnessMetrics } from './sharpnessMetrics.ts';

/** Parameters of the simplex search on sharpness. */
export const simplexParametersSchema = simplexSearchSchema.extend({
  metric: z.enum(sharpnessMetricNames).default('brenner'),
  /** Low-pass of the metric, standard deviation. */
  lowPassPx: z.number().min(2).max(16).default(2).meta({ unit: 'px' }),
});
export type SimplexParameters = z.infer<typeof simplexParametersSchema>;

/**
 * Nelder-Mead on the sharpness of single frames: no model, no calibration, many frames.
 *
 * The score is one over the sharpness; what is minimised is its logarithm, so that an improvement is
 * a relative one. One item per iteration; the first holds the frames of the start simplex. After every
 * iteration the microscope is put to the best corner. Scores are noisy and corners are measured
 * again after a shrink or a jitter, so that the best one may be lost again.
 *
 * Declines after the first simplex if its frames differ by no more than noise. Puts the start back if
 * the search did not converge or ended at a limit, or if a last look finds the end no sharper than the start.
 */
export async function* searchBySimplex(
  context: AutofocusContext,
  parameters: SimplexParameters,
): AsyncGenerator<AutofocusStep, void, void> {
  const { microscope, signal } = context;
  const { lowPassPx, referenceScore, thresholdFactor } = parameters;
  const meter = new FrameMeter(context);
  const judge = ({ pixels }: Frame) =>
    frameSharpness(pixels, sharpnessMetrics[parameters.metric], lowPassPx);
  const start = await microscope.readFocus({ signal });
  const firstFrames: (readonly number[])[] = [];
  let isFirstSimplex = true;
  const measure = async (state: FocusState): Promise<number> => {
    const found = await meter.measure(state, judge);
    // A corner that the instrument or its guard refuses is as bad as can be.
    if (found === undefined) return Number.POSITIVE_INFINITY;
    if (isFirstSimplex) firstFrames.push(found.evidence);
    return found.sharpness > 0 ? -Math.log(found.sharpness) : Number.POSITIVE_INFINITY;
  };
  const threshold =
    referenceScore === null ? undefined : Math.log(thresholdFactor * referenceScore);
  const search = simplexSearch(context, parameters, start, measure, threshold);
  let focus = start;
  for (let iteration = 1; ; iteration++) {
    const item = await search.next();
    if (item.done) {
      const hasConverged =
        item.value === 'threshold' || (item.value === 'no-improvement' && referenceScore === null);
      yield await endOfSearch(context, meter, {
        start,
        end: focus,
        judge,
        iteration,
        failure: hasConverged
          ? meter.limitNextTo(focus, nextTo(parameters))
          : `the search did not converge (${item.value})`,
      });
      return;
    }
    const { best, move } = item.value;
    const effect = firstFrames.length < 2 ? 0 : frameEffect(firstFrames);
    if (isFirstSimplex && effect < significantEffect) {
      yield {
        iteration,
        correction: { workingDistanceUm: 0, stigmatorX: 0, stigmatorY: 0 },
        focus: await microscope.writeFocus(start, { signal }),
        ...meter.settle(),
        declined: `the frames of the first simplex differ by no more than noise (${effect.toFixed(1)} standard deviations)`,
        diagnostics: { effect, move },
      };
      return;
    }
    isFirstSimplex = false;
    const before = focus;
    focus = await microscope.writeFocus(focusAt(best.x), { signal });
    yield {
      iteration,
      correction: subtractFocus(focus, before),
      focus,
      ...meter.settle(),
      diagnostics: {
        score: Number.isFinite(best.value) ? Math.exp(best.value) : null,
        move,
        ...(iteration === 1 && { effect }),
      },
    };
  }
}
