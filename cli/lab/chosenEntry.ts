import type { AlgorithmEntry } from '../../harness/algorithm/index.ts';
import { unknownName } from '../../harness/config/index.ts';
import { ConfigError } from '../../harness/microscope/index.ts';
import { readModel } from './readModel.ts';
import { registryWith } from './registry.ts';
import type { UserAlgorithms } from './userAlgorithms.ts';

/**
 * The one algorithm that `--algorithm` or `--model` names.
 *
 * @param isOffered - False for an algorithm that cannot be used here.
 * @throws ConfigError if neither option is given, or the name is not offered.
 */
export function chosenEntry<Offered extends AlgorithmEntry>(
  user: UserAlgorithms,
  model: string | undefined,
  isOffered: (entry: AlgorithmEntry) => entry is Offered,
): Offered {
  const { algorithms } = registryWith(model, user.entries);
  const wanted = model === undefined ? user.chosen[0] : readModel(model).card.name;
  if (wanted === undefined) {
    throw new ConfigError('one of --algorithm and --model must be given. Received none of them');
  }
  const entry = algorithms.get(wanted);
  if (entry !== undefined && isOffered(entry)) return entry;
  throw unknownName(
    model === undefined ? '--algorithm' : 'the name on the card of --model',
    wanted,
    [...algorithms.values()].filter(isOffered).map(({ name }) => name),
  );
}
