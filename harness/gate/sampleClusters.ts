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
  pairs: readonly Placed[],
  values: readonly Value[],
): readonly (readonly Cluster<Value>[])[] {
  return strataOf(pairs).map((stratum) =>
    stratum.map((members) => ({ values: members.map((i) => values[i]!) })),
  );
}

type Placed = { readonly base: Pick<RecordPair['base'], 'scenario'> };

/** Positions of the pairs, by stratum and cluster; most metrics are about all pairs. */
const strataOf = remembered(
  (pairs: readonly Placed[]): readonly (readonly (readonly number[])[])[] => {
    const clusters = groupedBy(pairs.keys(), (i) => sceneOf(pairs[i]!.base.scenario));
    const strata = groupedBy(clusters.values(), (members) =>
      JSON.stringify(members.map((i) => conditionOf(pairs[i]!.base.scenario)).sort()),
    );
    const ordered = [...strata].sort(([p], [q]) => (p < q ? -1 : 1)).map(([, stratum]) => stratum);
    const large = ordered.filter((stratum) => stratum.length >= leastClusters);
    const rest = ordered.filter((stratum) => stratum.length < leastClusters).flat();
    if (rest.length === 0) return large;
    const [largest, ...others] = large.toSorted((p, q) => q.length - p.length);
    if (largest === undefined || rest.length >= leastClusters) return [...large, rest];
    return [[...largest, ...rest], ...others];
  },
);

const sceneOf = remembered(({ specimen, seed, trajectory }: Scenario) =>
  JSON.stringify([specimen.name, specimen.file?.sha256, specimen.seed, seed, trajectory]),
);

const conditionOf = remembered(({ specimen, preset, psf, stratum, frame }: Scenario) =>
  JSON.stringify([specimen.name, preset, psf, stratum, frame.dwellTimeNs]),
);

/** Every metric and stratum asks for it again. */
function remembered<Of extends object, Told>(tell: (of: Of) => Told): (of: Of) => Told {
  const known = new WeakMap<Of, Told>();
  return (of) => {
    const told = known.get(of) ?? tell(of);
    known.set(of, told);
    return told;
  };
}
