import {
  type Interval,
  normal80,
  normal975,
  normalCdf,
  pairedProportionInterval,
  pairsToDecide,
} from '../statistics/index.ts';
import type { StratumComparison } from './compareStratum.ts';
import type { Difference } from './Difference.ts';
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
  /**
   * Pairs that would decide, with a probability of 80 %, if the difference is what it seems; `null`
   * where it is decided, or no number of them decides.
   */
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
      verdict === 'inconclusive' ? pairsNeeded(difference, pairs, margin, standardError) : null,
  };
}

/** More than there are; `null` where no number decides. */
function pairsNeeded(
  { worseBy, onlyCandidateBad, onlyBaseBad }: Difference,
  pairs: number,
  margin: number,
  standardError: number,
): number | null {
  const isShare = onlyCandidateBad !== undefined && onlyBaseBad !== undefined;
  const needed =
    isShare && worseBy < margin
      ? pairsForShare(onlyCandidateBad / pairs, onlyBaseBad / pairs, margin)
      : Number.isFinite(standardError)
        ? pairsToDecide(standardError * Math.sqrt(pairs), worseBy, margin)
        : Number.POSITIVE_INFINITY;
  return Number.isFinite(needed) ? Math.max(pairs + 1, needed) : null;
}

/**
 * As `pairsToDecide`, for Tango's interval, whose width does not shrink as a root where few pairs are
 * discordant.
 *
 * @param worse - Share of pairs in which the candidate alone is bad; of both, less than the margin
 *   apart.
 */
function pairsForShare(worse: number, better: number, margin: number): number {
  const difference = worse - better;
  const sd = Math.sqrt(worse + better - difference ** 2);
  const isDecided = (pairs: number): boolean => {
    const { high } = pairedProportionInterval(worse * pairs, better * pairs, pairs);
    return high + (normal80 * sd) / Math.sqrt(pairs) < margin;
  };
  let [low, high] = [0, 1];
  while (!isDecided(high)) {
    [low, high] = [high, 2 * high];
    if (high > 1e9) return Number.POSITIVE_INFINITY;
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isDecided(middle)) high = middle;
    else low = middle;
  }
  return high;
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
