import { unknownName } from '../../harness/config/index.ts';
import type { RunEvidence } from '../../harness/gate/index.ts';

/**
 * Both sides with the chosen algorithms alone.
 *
 * @param names - All where left out.
 * @throws ConfigError for a name that neither side has.
 */
export function chosenAlgorithms(
  sides: readonly [RunEvidence, RunEvidence],
  names: readonly string[] | undefined,
): readonly [RunEvidence, RunEvidence] {
  if (names === undefined) return sides;
  const known = new Set(
    sides.flatMap(({ records }) => records.map(({ scenario }) => scenario.algorithm.name)),
  );
  for (const name of names) {
    if (!known.has(name)) throw unknownName('--algorithms', name, known);
  }
  const [base, candidate] = sides;
  const only = (side: RunEvidence): RunEvidence => ({
    ...side,
    records: side.records.filter(({ scenario }) => names.includes(scenario.algorithm.name)),
  });
  return [only(base), only(candidate)];
}
