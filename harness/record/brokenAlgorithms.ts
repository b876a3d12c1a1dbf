import type { TrajectoryRecord } from './TrajectoryRecord.ts';

/** Names of algorithms of which every trajectory ended with an error: nothing was measured of them. */
export function brokenAlgorithms(
  records: readonly Pick<TrajectoryRecord, 'failureClass' | 'scenario'>[],
): readonly string[] {
  const names = new Set(records.map(({ scenario }) => scenario.algorithm.name));
  for (const { failureClass, scenario } of records) {
    if (failureClass !== 'exception') names.delete(scenario.algorithm.name);
  }
  return [...names];
}
