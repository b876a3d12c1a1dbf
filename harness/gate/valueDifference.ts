import type { RandomStream } from '../numeric/index.ts';
import {
  interquartileMeanOfAscending,
  mean,
  quantileOfAscending,
  type Samples,
  stratifiedBootstrap,
  wilcoxonSignedRank,
} from '../statistics/index.ts';
import type { Difference } from './Difference.ts';
import { drawnAggregate } from './drawnAggregate.ts';
import type { MetricKind } from './metrics.ts';
import type { Cluster } from './sampleClusters.ts';
import type { ValuePair } from './shareDifference.ts';

/** What {@link valueDifference} needs to know of a metric. */
export interface ValueRule {
  readonly kind: Exclude<MetricKind, 'share'>;
  readonly better: 'lower' | 'higher';
}

/** BCa needs about as many units to estimate its corrections from; quantiles never suit it. */
const leastForBca = 50;

/**
 * Difference of two aggregates over the same pairs, with a bootstrap over specimen's places. The test
 * is Wilcoxon's over the mean difference at each place where the aggregate says where values lie, and
 * read off the bootstrap where it is a quantile.
 *
 * Of more than 1000 places, groups are drawn: their spread is that of the places. Of more than 4000
 * pairs, fewer than 10,000 resamples are drawn, at least 2000: see `resamplesOf` for what that does to
 * the coverage.
 *
 * Where all pairs tie the interval has no width: nothing differs in any of them.
 */
export function valueDifference(
  strata: Samples<Cluster<ValuePair>>,
  { kind, better }: ValueRule,
  random: RandomStream,
  resamples?: number,
): Difference {
  const clusters = strata.flat();
  const pairs = clusters.flatMap(({ values }) => values);
  const sign = better === 'lower' ? 1 : -1;
  const aggregate = aggregates[kind];
  const isRatio = kind === 'ratio' || kind === 'medianRatio';
  const difference = (base: number, candidate: number): number => {
    if (!isRatio) return sign * (candidate - base);
    return base === candidate ? 0 : sign * (candidate / base - 1);
  };
  const base = aggregate(Float64Array.from(pairs, (pair) => pair.base));
  const candidate = aggregate(Float64Array.from(pairs, (pair) => pair.candidate));
  const ties = pairs.filter((pair) => pair.base === pair.candidate).length;
  const worseBy = difference(base, candidate);
  const means = clusters.map(
    ({ values }) => sign * mean(values.map((value) => value.candidate - value.base)),
  );
  const informative = means.filter((value) => value !== 0).length;
  const common = { base, candidate, worseBy, ties, informative };
  if (ties === pairs.length) return { ...common, interval: { low: 0, high: 0 }, pValue: 1 };

  const isQuantile = kind === 'p95' || kind === 'medianRatio';
  const { interval, pValue } = resampled(
    strata,
    { kind, isQuantile },
    difference,
    random,
    resamples,
  );
  return { ...common, interval, pValue: isQuantile ? pValue : wilcoxonSignedRank(means).pValue };
}

/** May reorder its argument. */
const aggregates: Record<ValueRule['kind'], (values: Float64Array) => number> = {
  iqm: (values) => interquartileMeanOfAscending(values.sort()),
  p95: (values) => quantileOfAscending(values.sort(), 0.95),
  mean,
  ratio: mean,
  medianRatio: (values) => quantileOfAscending(values.sort(), 0.5),
};

/** More units make an interval no better, and only the drawing longer. */
const mostUnits = 1000;
/** More visits to values would take minutes; at 4000 pairs these are 10,000 resamples. */
const mostVisits = 4e7;
/** The rank of a 2.5 % point then has a Monte-Carlo standard error of 0.35 percentage points. */
const leastResamples = 2000;

function resampled(
  strata: Samples<Cluster<ValuePair>>,
  { kind, isQuantile }: { readonly kind: ValueRule['kind']; readonly isQuantile: boolean },
  difference: (base: number, candidate: number) => number,
  random: RandomStream,
  resamples = 10_000,
): ReturnType<typeof stratifiedBootstrap> {
  const clusters = strata.reduce((sum, { length }) => sum + length, 0);
  const grouped = strata.map((stratum) => groups(stratum, groupSize(stratum.length, clusters)));
  const units = grouped.flat();
  const pairs = units.reduce((sum, { length }) => sum + length, 0);
  const bases = drawnAggregate(
    kind,
    units.map((unit) => unit.map(({ base }) => base)),
  );
  const candidates = drawnAggregate(
    kind,
    units.map((unit) => unit.map(({ candidate }) => candidate)),
  );
  const counts = new Uint16Array(units.length);
  let first = 0;
  return stratifiedBootstrap({
    samples: grouped.map((stratum) => stratum.map(() => first++)),
    statistic: (samples) => {
      counts.fill(0);
      for (const sample of samples) for (const unit of sample) counts[unit]!++;
      return difference(bases(counts, 0), candidates(counts, 0));
    },
    method: !isQuantile && clusters >= leastForBca ? 'bca' : 'percentile',
    random,
    resamples: Math.min(resamples, Math.max(leastResamples, Math.floor(mostVisits / pairs))),
  });
}

/** No stratum is left with so few groups that it hardly varies. */
function groupSize(stratum: number, clusters: number): number {
  return Math.max(1, Math.min(Math.ceil(clusters / mostUnits), Math.floor(stratum / 50)));
}

/** The values of so many clusters after one another. */
function groups(clusters: readonly Cluster<ValuePair>[], size: number): ValuePair[][] {
  return Array.from({ length: Math.ceil(clusters.length / size) }, (_, i) =>
    clusters.slice(i * size, (i + 1) * size).flatMap(({ values }) => values),
  );
}
