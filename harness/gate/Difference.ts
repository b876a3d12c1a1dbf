import type { Interval } from '../statistics/index.ts';

/** How two sides differ in a metric over the pairs of a stratum. */
export interface Difference {
  /** Each side's own number, in the metric's unit of values. */
  readonly base: number;
  readonly candidate: number;
  /** Positive where the candidate is worse, in the metric's unit of differences. */
  readonly worseBy: number;
  /** 95 %, of `worseBy`. */
  readonly interval: Interval;
  /** Two-sided, not adjusted. */
  readonly pValue: number;
  /** Pairs in which both sides are the same. */
  readonly ties: number;
  /**
   * What the test rests on: discordant pairs of a share, otherwise specimen's places that differ;
   * with few of them no p can be small.
   */
  readonly informative: number;
  /** Of a share: pairs in which the candidate alone, and the baseline alone, is the bad one. */
  readonly onlyCandidateBad?: number;
  readonly onlyBaseBad?: number;
}
