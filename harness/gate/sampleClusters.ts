import type { Scenario } from '../record/index.ts';
import { groupedBy } from '../statistics/index.ts';
import type { RecordPair } from './pairRuns.ts';

/**
 * What is resampled as a whole: all pairs that share one specimen's place, and with it the start and
 * the draws of the noise.
 */
export interface Cluster<Value> {
  readonly values: readonly Value[];
}

/** Fewer clusters than these make no stratum of their own: resampled alone they would hardly vary. */
const leastClusters = 5;

/**
 * Groups values of pairs to clusters, and clusters to strata that keep their size when they are
 * resampled: those that cover the same conditions. Strata of a few clusters are thrown together.
 */
export function sampleClusters<Value>(
  pairs: readonly { readonly base: Pick<RecordPair['base'], 'scenario'> }[],
  values: readonly Value[],
): readonly (readonly Cluster<Value>[])[] {
  const clusters = groupedBy(pairs.entries(), ([, { base }]) => sceneOf(base.scenario));
  const strata = groupedBy(clusters.values(), (members) =>
    JSON.stringify(members.map(([, { base }]) => conditionOf(base.scenario)).sort()),
  );
  const ordered = [...strata]
    .sort(([p], [q]) => (p < q ? -1 : 1))
    .map(([, stratum]) => stratum.map((members) => ({ values: members.map(([i]) => values[i]!) })));
  const large = ordered.filter((stratum) => stratum.length >= leastClusters);
  const rest = ordered.filter((stratum) => stratum.length < leastClusters).flat();
  if (rest.length === 0) return large;
  const [largest, ...others] = large.toSorted((p, q) => q.length - p.length);
  if (largest === undefined || rest.length >= leastClusters) return [...large, rest];
  return [[...largest, ...rest], ...others];
}

const sceneOf = remembered(({ specimen, seed, trajectory }) =>
  JSON.stringify([specimen.name, specimen.file?.sha256, specimen.seed, seed, trajectory]),
);

const conditionOf = remembered(({ specimen, preset, psf, stratum, frame }) =>
  JSON.stringify([specimen.name, preset, psf, stratum, frame.dwellTimeNs]),
);

/** Every metric and stratum asks for it again. */
function remembered(textOf: (scenario: Scenario) => string): (scenario: Scenario) => string {
  const texts = new WeakMap<Scenario, string>();
  return (scenario) => {
    const text = texts.get(scenario) ?? textOf(scenario);
    texts.set(scenario, text);
    return text;
  };
}
