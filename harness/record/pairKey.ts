import { scenarioKey } from './scenarioKey.ts';
import type { Scenario } from './TrajectoryRecord.ts';

const nobody = { name: '', version: '', parameters: null };

/** Equal for two trajectories that differ in the algorithm alone: same specimen, start and noise. */
export function pairKey(scenario: Scenario): string {
  return scenarioKey({ ...scenario, algorithm: nobody });
}
