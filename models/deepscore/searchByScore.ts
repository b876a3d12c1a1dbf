import {
  type AutofocusContext,
  type AutofocusStep,
  FrameMeter,
  focusAt,
  nextTo,
  simplexSearch,
} from '../../harness/algorithm/index.ts';
import { type FocusState, subtractFocus } from '../../harness/microscope/index.ts';
import type { Model } from '../card/index.ts';
import type { DeepScoreParameters } from './deepScoreParameters.ts';
import { FrameScorer } from './FrameScorer.ts';

/**
 * DeepScore with Nelder-Mead: the simplex looks for the smallest score of single frames. Where that no longer
 * falls it begins anew from there with large steps, once, because the score has valleys beside the focus; where it
 * no longer falls again, it has converged. Knows no directions, so that it works on an instrument whose
 * stigmators are not calibrated (Schubert, Saxena, Kornfeld, supplementary text 2).
 *
 * The article stops at 1.05 times the score of a frame in focus; that is done where a score is given.
 * One from other specimens is no measure: what frames in focus score varies more from specimen to
 * specimen than the score of one specimen does within 2 um.
 *
 * One item per iteration; the first holds the frames of the start simplex. After every iteration the
 * microscope is in the best state. A search that does not converge, or ends at a limit, puts the start back
 * and says so.
 */
export async function* searchByScore(
  context: AutofocusContext,
  model: Model,
  parameters: DeepScoreParameters,
): AsyncGenerator<AutofocusStep, void, void> {
  const { microscope, signal } = context;
  const scorer = new FrameScorer(model, parameters);
  const meter = new FrameMeter(context);
  const look = async (state: FocusState): Promise<number> => {
    const found = await meter.measure(state, ({ pixels, actual }) =>
      scorer.score(pixels, actual.pixelSizeNm),
    );
    // A corner that the instrument or its guard refuses is as bad as can be.
    return found?.score ?? Number.POSITIVE_INFINITY;
  };

  const start = await microscope.readFocus({ signal });
  const first = await look(start);
  const { referenceScore, thresholdFactor } = parameters;
  const threshold = referenceScore === null ? undefined : thresholdFactor * referenceScore;
  let isFirst = true;
  const measure = async (state: FocusState): Promise<number> => {
    if (!isFirst) return look(state);
    isFirst = false;
    return first;
  };
  const search = simplexSearch(context, parameters, start, measure, threshold);
  let focus = start;
  for (let iteration = 1; ; iteration++) {
    const item = await search.next();
    if (item.done) {
      const hasConverged =
        item.value === 'threshold' || (item.value === 'no-improvement' && threshold === undefined);
      const limit = meter.limitNextTo(focus, nextTo(parameters));
      if (hasConverged && limit === undefined) return;
      const goal =
        threshold === undefined
          ? 'did not settle'
          : `did not come to a score of ${threshold.toFixed(3)}`;
      const failure = hasConverged ? limit : `the search ${goal} (${item.value})`;
      const end = focus;
      focus = await microscope.writeFocus(start, { signal });
      yield {
        iteration,
        correction: subtractFocus(focus, end),
        focus,
        ...meter.settle(),
        declined: `${failure}; the start was put back`,
        diagnostics: { isRolledBack: true },
      };
      return;
    }
    const { best, move } = item.value;
    const before = focus;
    focus = await microscope.writeFocus(focusAt(best.x), { signal });
    yield {
      iteration,
      correction: subtractFocus(focus, before),
      focus,
      ...meter.settle(),
      diagnostics: {
        score: Number.isFinite(best.value) ? best.value : null,
        threshold: threshold ?? null,
        move,
      },
    };
  }
}
