import { mcNemarTest, pairedProportionInterval } from '../statistics/index.ts';
import type { Difference } from './Difference.ts';
import type { Cluster } from './sampleClusters.ts';

/** A pair's values of a share, each 0 or 1. */
export interface ValuePair {
  readonly base: number;
  readonly candidate: number;
}

/**
 * Difference of two shares in the same pairs: Tango's score interval, which keeps a width where
 * nothing differs, and the exact test of McNemar.
 *
 * Pairs that share a specimen's place tend to change together and count for fewer than they are:
 * all counts are divided by the design effect, the ratio of the variance between places to that of
 * as many independent pairs (between 1 and the pairs per place). Without a discordant pair there is
 * nothing to estimate it from, and it is taken for 1.
 *
 * @see Rao and Scott 1992, Biometrics 48:577 (effective counts)
 */
export function shareDifference(
  clusters: readonly Cluster<ValuePair>[],
  better: 'lower' | 'higher',
): Difference {
  const bad = better === 'higher' ? 0 : 1;
  let pairs = 0;
  let onlyCandidateBad = 0;
  let onlyBaseBad = 0;
  let base = 0;
  let candidate = 0;
  const sums = clusters.map(({ values }) => {
    let sum = 0;
    for (const value of values) {
      pairs++;
      base += value.base;
      candidate += value.candidate;
      if (value.base === value.candidate) continue;
      if (value.candidate === bad) {
        onlyCandidateBad++;
        sum++;
      } else {
        onlyBaseBad++;
        sum--;
      }
    }
    return { sum, size: values.length };
  });
  const worseBy = (onlyCandidateBad - onlyBaseBad) / pairs;
  const effect = designEffect(sums, worseBy, onlyCandidateBad + onlyBaseBad, pairs);
  return {
    base: base / pairs,
    candidate: candidate / pairs,
    worseBy,
    interval: pairedProportionInterval(
      onlyCandidateBad / effect,
      onlyBaseBad / effect,
      pairs / effect,
    ),
    pValue: clusteredMcNemar(onlyCandidateBad, onlyBaseBad, effect),
    ties: pairs - onlyCandidateBad - onlyBaseBad,
    informative: Math.floor((onlyCandidateBad + onlyBaseBad) / effect),
    onlyCandidateBad,
    onlyBaseBad,
  };
}

function designEffect(
  clusters: readonly { readonly sum: number; readonly size: number }[],
  difference: number,
  discordant: number,
  pairs: number,
): number {
  const count = clusters.length;
  const independent = discordant - pairs * difference ** 2;
  if (count < 2 || count === pairs || !(independent > 0)) return 1;
  const between = clusters.reduce(
    (total, { sum, size }) => total + (sum - size * difference) ** 2,
    0,
  );
  const effect = (between * count) / (count - 1) / independent;
  return Math.min(Math.max(1, effect), pairs / count);
}

/** Whole counts, rounded so that p becomes larger rather than smaller. */
function clusteredMcNemar(first: number, second: number, effect: number): number {
  const more = Math.floor(Math.max(first, second) / effect + 1e-9);
  const fewer = Math.min(more, Math.ceil(Math.min(first, second) / effect - 1e-9));
  return mcNemarTest(more, fewer);
}
