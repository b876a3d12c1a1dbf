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
  const statistic = pairedStatistic(pairs.length, (bases, candidates) =>
    difference(aggregate(bases), aggregate(candidates)),
  );
  const { interval, pValue } = stratifiedBootstrap({
    samples: strata,
    statistic,
    method: !isQuantile && clusters.length >= leastForBca ? 'bca' : 'percentile',
    random,
    ...(resamples !== undefined && { resamples }),
  });
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

/** Both sides of a resample in arrays that are used again: it is drawn ten thousand times. */
function pairedStatistic(
  pairs: number,
  of: (bases: Float64Array, candidates: Float64Array) => number,
): (samples: Samples<Cluster<ValuePair>>) => number {
  let bases = new Float64Array(2 * pairs);
  let candidates = new Float64Array(2 * pairs);
  return (samples) => {
    let filled = 0;
    for (const sample of samples) {
      for (const { values } of sample) {
        for (const value of values) {
          if (filled === bases.length) {
            // A resample of unequal clusters may hold more pairs than there are.
            bases = doubled(bases);
            candidates = doubled(candidates);
          }
          bases[filled] = value.base;
          candidates[filled] = value.candidate;
          filled++;
        }
      }
    }
    return of(bases.subarray(0, filled), candidates.subarray(0, filled));
  };
}

function doubled(values: Float64Array): Float64Array<ArrayBuffer> {
  const longer = new Float64Array(2 * values.length);
  longer.set(values);
  return longer;
}
