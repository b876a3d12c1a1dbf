import { RandomStream } from '../numeric/index.ts';
import {
  type Interval,
  interquartileMean,
  mean,
  median,
  quantile,
  stratifiedBootstrap,
  wilsonInterval,
} from '../statistics/index.ts';
import type { Resampling } from './compareStratum.ts';
import { type Metric, type MetricKind, type MetricName, metricNamed } from './metrics.ts';

/** A candidate's own value against an absolute limit. */
export interface LimitJudgement {
  readonly limit: number;
  readonly value: number;
  /** 95 %; Wilson's of a share, a bootstrap's otherwise. */
  readonly interval: Interval;
  /**
   * `pass`: the value is within the limit. `fail`: the whole interval is beyond. `inconclusive`: the
   * value is beyond, and a few trajectories more might bring it back.
   */
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
}

/** @param values - The candidate's, one per trajectory, at least one. */
export function judgeLimit(
  metric: MetricName,
  values: readonly number[],
  limit: number,
  { seed, resamples }: Resampling,
): LimitJudgement {
  const { kind, better }: Metric = metricNamed(metric);
  const value = ofOneSide[kind](values);
  const interval =
    kind === 'share'
      ? wilsonInterval(Math.round(value * values.length), values.length)
      : stratifiedBootstrap({
          samples: [values],
          statistic: ([sample = []]) => ofOneSide[kind](sample),
          method: 'percentile',
          random: new RandomStream(seed, 'bootstrap', 'limit', metric),
          resamples,
        }).interval;
  const isWithin = better === 'lower' ? value <= limit : value >= limit;
  const isBeyond = better === 'lower' ? interval.low > limit : interval.high < limit;
  const verdict = isWithin ? 'pass' : isBeyond ? 'fail' : 'inconclusive';
  return { limit, value, interval, verdict };
}

const ofOneSide: Record<MetricKind, (values: readonly number[]) => number> = {
  share: mean,
  iqm: interquartileMean,
  p95: (values) => quantile(values, 0.95),
  mean,
  ratio: mean,
  medianRatio: median,
};
