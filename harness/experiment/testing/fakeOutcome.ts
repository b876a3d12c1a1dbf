import {
  recordSchemaVersion,
  type Scenario,
  scenarioKey,
  type TrajectoryOutcome,
} from '../../record/index.ts';

/** A record that a scenario might have led to, for tests of storing and reading. */
export function fakeOutcome(scenario: Scenario, wallS = 1): TrajectoryOutcome {
  return {
    record: {
      schema: recordSchemaVersion,
      key: scenarioKey(scenario),
      scenario,
      outcome: 'missed',
      failureClass: 'false-claim',
      iterations: [
        {
          iteration: 0,
          focus: { workingDistanceUm: 4510, stigmatorX: 1, stigmatorY: 2 },
          residual: scenario.start,
          insideMargins: false,
          framesTotal: 0,
          pixelsTotal: 0,
          doseElectronsPerNm2Total: 0,
          beamOnTotalS: 0,
          settleTotalS: 0,
          microscopeTotalS: 0,
          computeMs: 0,
        },
      ],
      timing: { startedAt: '2024-01-01T00:00:00.000Z', wallS },
    },
  };
}
