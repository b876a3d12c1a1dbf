import { type Interval, normal975, normalCdf, pairsToDecide } from '../statistics/index.ts';
import type { StratumComparison } from './compareStratum.ts';
import type { GateRule } from './gateRules.ts';
import { metricNamed } from './metrics.ts';

/**
 * What the evidence says of one rule.
 *
 * - `pass`: the whole interval lies below the margin.
 * - `fail`: it does not, and the candidate is worse beyond doubt: adjusted p below the rate of the
 *   family, by the floor at least. An interval above the margin is the clearest case of it.
 * - `inconclusive`: the interval reaches over the margin, and there may be no difference at all.
 * - `not-evaluated`: evidence is missing.
 */
export type RuleVerdict = 'pass' | 'fail' | 'inconclusive' | 'not-evaluated';

/** The relative part of a rule, judged. */
export interface MarginJudgement {
  readonly verdict: Exclude<RuleVerdict, 'not-evaluated'>;
  /** The one that held: the rule's own, or its fraction of the baseline. */
  readonly margin: number;
  /** True where the whole interval lies above the margin. */
  readonly isBeyondMargin: boolean;
  /**
   * Probability that an unchanged candidate would not have passed with an interval of this width, in
   * normal approximation.
   */
  readonly refusalRisk: number;
  /** Pairs that would decide, if the difference is what it seems; `null` where it is decided. */
  readonly pairsToDecide: number | null;
}

/** @param alpha - Rate of errors of the family, for the adjusted p. */
export function judgeMargin(
  { metric, difference, pairs }: StratumComparison,
  rule: Pick<GateRule, 'margin' | 'relativeMargin' | 'floor'>,
  adjustedP: number,
  alpha: number,
): MarginJudgement {
  if (difference === null)
    throw new RangeError('there must be a difference to judge. Received none');
  const { worseBy, interval, base } = difference;
  const isRatio = metricNamed(metric).unit === 'relative';
  const scale = isRatio ? 1 : Math.abs(base);
  const margin = Math.max(rule.margin, (rule.relativeMargin ?? 0) * scale);
  const isProven = adjustedP < alpha && worseBy >= rule.floor && worseBy > 0;
  const verdict = interval.high < margin ? 'pass' : isProven ? 'fail' : 'inconclusive';
  const standardError = (interval.high - interval.low) / (2 * normal975);
  return {
    verdict,
    margin,
    isBeyondMargin: interval.low > margin,
    refusalRisk: refusalRisk(worseBy, interval, margin, standardError),
    pairsToDecide:
      verdict !== 'inconclusive' || !Number.isFinite(standardError)
        ? null
        : Math.max(pairs + 1, pairsToDecide(standardError * Math.sqrt(pairs), worseBy, margin)),
  };
}

/** An unchanged candidate is refused where chance alone carries the upper end over the margin. */
function refusalRisk(
  worseBy: number,
  { high }: Interval,
  margin: number,
  standardError: number,
): number {
  const room = margin - (high - worseBy);
  if (!Number.isFinite(room)) return 1;
  if (standardError === 0) return room > 0 ? 0 : 1;
  return normalCdf(-room / standardError);
}
