import {
  type IterationRow,
  recordSchemaVersion,
  type Scenario,
  scenarioKey,
  type TrajectoryRecord,
} from '../../record/index.ts';

/**
 * The record of a trajectory that was cut off because it took too long.
 *
 * @param rows - Its rows so far; at least the start.
 */
export function timedOut(
  scenario: Scenario,
  rows: readonly [IterationRow, ...IterationRow[]],
  timing: TrajectoryRecord['timing'],
): TrajectoryRecord {
  const [start, ...others] = rows;
  // One that had been stopped already took too long to come to its end.
  const steps = others.filter(({ stopped }) => stopped === undefined);
  const {
    correction: _,
    correctionSd: __,
    diagnostics: ___,
    declined: ____,
    ...last
  } = rows.at(-1) ?? start;
  const message = `took longer than ${Math.round(timing.wallS)} s and was stopped`;
  return {
    schema: recordSchemaVersion,
    key: scenarioKey(scenario),
    scenario,
    outcome: 'failed',
    failureClass: 'timeout',
    message,
    iterations: [
      start,
      ...steps,
      {
        ...last,
        iteration: Math.min(steps.length + 1, scenario.iterations),
        focus: start.focus,
        residual: start.residual,
        insideMargins: false,
        computeMs: 0,
        stopped: message,
      },
    ],
    timing,
  };
}
