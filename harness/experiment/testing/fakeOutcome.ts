import {
  type IterationRow,
  recordSchemaVersion,
  type Scenario,
  scenarioKey,
  type TrajectoryOutcome,
  type TrajectoryRecord,
} from '../../record/index.ts';

const nothing = { workingDistanceUm: 0, stigmatorX: 0, stigmatorY: 0 };

/** A record that a scenario might have led to, for tests of storing and reading. */
export function fakeOutcome(
  scenario: Scenario,
  wallS = 1,
  failureClass: 'false-claim' | 'exception' | 'timeout' = 'false-claim',
): TrajectoryOutcome {
  const row: IterationRow = {
    iteration: 0,
    focus: { workingDistanceUm: 4510, stigmatorX: 1, stigmatorY: 2 },
    residual: scenario.start,
    insideMargins: false,
    framesTotal: 0,
    pixelsTotal: 0,
    doseElectronsPerNm2Total: 0,
    electronsTotal: 0,
    beamOnTotalS: 0,
    settleTotalS: 0,
    microscopeTotalS: 0,
    computeMs: 0,
  };
  const end: Pick<TrajectoryRecord, 'outcome' | 'message' | 'iterations'> =
    failureClass === 'false-claim'
      ? { outcome: 'missed', iterations: [row, { ...row, iteration: 1, correction: nothing }] }
      : {
          outcome: 'failed',
          message: 'broken',
          iterations: [row, { ...row, iteration: 1, stopped: 'broken' }],
        };
  return {
    record: {
      schema: recordSchemaVersion,
      key: scenarioKey(scenario),
      scenario,
      failureClass,
      ...end,
      timing: { startedAt: '2024-01-01T00:00:00.000Z', wallS },
    },
  };
}
