import {
  failureClassOf,
  type IterationRow,
  outcomeOf,
  recordSchemaVersion,
  type Scenario,
  scenarioKey,
  type TrajectoryRecord,
} from '../../record/index.ts';
import type { Trouble } from './followAlgorithm.ts';

/** The record of a trajectory that was followed to its end. */
export function recordOf(
  scenario: Scenario,
  { rows, trouble }: { readonly rows: IterationRow[]; readonly trouble?: Trouble },
  about: Pick<TrajectoryRecord, 'timing' | 'pairBoundSd' | 'reference'>,
): TrajectoryRecord {
  const message = trouble?.message ?? rows.at(-1)?.declined;
  const outcome = trouble?.outcome ?? outcomeOf({ iterations: rows, scenario });
  const failureClass = trouble?.isTimeout
    ? 'timeout'
    : failureClassOf({ outcome, iterations: rows, scenario });
  return {
    schema: recordSchemaVersion,
    key: scenarioKey(scenario),
    scenario,
    outcome,
    ...(failureClass && { failureClass }),
    ...(message !== undefined && { message }),
    iterations: rows,
    ...about,
  };
}
