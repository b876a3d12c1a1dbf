import { type FocusChange, focusParameters, limitOf } from '../microscope/index.ts';
import type { FailureClass } from './FailureClass.ts';
import { isInsideMargins } from './isInsideMargins.ts';
import type { Scenario, TrajectoryRecord } from './TrajectoryRecord.ts';

/**
 * Judges by rows, scenario and outcome alone; a timeout, which they do not show, is the runner's to
 * say.
 *
 * @returns undefined for a success: converged, or declined on a specimen that shows nothing.
 */
export function failureClassOf({
  outcome,
  iterations: rows,
  scenario,
}: Pick<TrajectoryRecord, 'outcome' | 'iterations' | 'scenario'>): FailureClass | undefined {
  if (outcome === 'converged') return undefined;
  if (outcome === 'failed') return 'exception';
  if (outcome === 'declined') return scenario.specimen.isBlank ? undefined : 'declined-wrongly';
  const { margins } = scenario;
  const [start, first] = rows;
  const last = rows.at(-1);
  if (start !== undefined && first?.correction !== undefined) {
    if (towards(first.correction, start.residual, margins) > 0) return 'wrong-sign';
  }
  if (outcome === 'diverged') return 'diverged';
  if (last !== undefined && last.iteration < scenario.iterations) return 'false-claim';
  return last?.correction !== undefined && isInsideMargins(last.correction, margins)
    ? 'false-optimum'
    : 'budget-spent';
}

/** Above 0 where a step leads on in the direction of the residual. All in units of the margins. */
function towards(step: FocusChange, residual: FocusChange, margins: Scenario['margins']): number {
  return focusParameters.reduce(
    (sum, parameter) =>
      sum + (step[parameter] * residual[parameter]) / limitOf(margins, parameter) ** 2,
    0,
  );
}
