import type { RunSummary } from '../../harness/gate/index.ts';
import { groupedBy } from '../../harness/statistics/index.ts';

/** As many as tables show of a model. */
const hashDigits = 12;

/** Where runs have different networks of one name: which is in which folder, a sentence for each name. */
export function modelNotes(
  runs: readonly Pick<RunSummary, 'name' | 'algorithms'>[],
): readonly string[] {
  const used = runs.flatMap(({ name: folder, algorithms }) =>
    algorithms.flatMap(({ name, modelSha256 }) =>
      modelSha256 === null ? [] : [{ name, folder, model: modelSha256.slice(0, hashDigits) }],
    ),
  );
  return [...groupedBy(used, ({ name }) => name)].flatMap(([name, own]) => {
    const models = groupedBy(own, ({ model }) => model);
    if (models.size < 2) return [];
    const told = [...models].map(
      ([model, ones]) => `${model} in ${ones.map(({ folder }) => folder).join(' and ')}`,
    );
    return [`${name} is ${models.size} networks: ${told.join(', ')}`];
  });
}
