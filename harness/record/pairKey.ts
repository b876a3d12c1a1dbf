import { scenarioKey } from './scenarioKey.ts';
import type { Scenario } from './TrajectoryRecord.ts';

/** Equal for two trajectories that differ in the algorithm alone: same specimen, start and noise. */
export function pairKey(scenario: Scenario): string {
  const nobody = { name: '', version: '', parameters: null };
  return scenarioKey({ ...scenario, algorithm: nobody });
}
