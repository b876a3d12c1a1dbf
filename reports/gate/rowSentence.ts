import {
  type ComparisonRow,
  metricNamed,
  type RuleResult,
  type StratumComparison,
} from '../../harness/gate/index.ts';
import { plural } from '../words/index.ts';
import {
  differenceNumber,
  differenceText,
  differenceUnit,
  probabilityText,
  valueText,
} from './quantityText.ts';
import { rowName } from './rowName.ts';

/**
 * A row of a comparison in one sentence: how much, how sure, of how many, and what that comes to. Where
 * the gate has a rule about it, the gate's own sentence.
 *
 * @example
 * 'final focal error, p95, tissue: worse by 0.31 µm [0.12, 0.55], n = 300, 21 ties, p = 0.001,
 *  p(BH) = 0.004: worse, and no rule is about it.'
 */
export function comparisonSentence(row: ComparisonRow): string {
  if (row.ruled !== null) return ruleSentence(row.ruled);
  const { change, adjustedP, metric } = row;
  if (change === 'same') return `${rowName(row)}: no change: all ${row.pairs} pairs tie.`;
  const conclusion = {
    noise: `within noise (below ${differenceText(metric, metricNamed(metric).floor)}, or no more than chance)`,
    worse: 'worse, and no rule is about it',
    better: 'better, and no rule is about it',
  }[change];
  return `${rowName(row)}: ${evidence(row, 'BH', adjustedP)}: ${conclusion}.`;
}

/** A metric that nothing can be said about, and why. */
export function notComparedSentence(row: StratumComparison): string {
  return `${rowName(row)}: not compared: ${row.reason}.`;
}

/** A rule over a stratum in one sentence: the evidence, and what the rule makes of it. */
export function ruleSentence(result: RuleResult): string {
  const { comparison, verdict, adjustedP } = result;
  const { difference, pairs } = comparison;
  if (verdict === 'not-evaluated' || difference === null) {
    return `${rowName(comparison)}: not evaluated: ${result.reason}.`;
  }
  const told =
    difference.ties === pairs
      ? `no change: all ${pairs} pairs tie`
      : evidence(comparison, 'Holm', adjustedP);
  return `${rowName(comparison)}: ${told}: ${[marginText(result), ...limitText(result)].join('; ')}.`;
}

function evidence(
  { difference, metric, pairs, notApplicable }: StratumComparison,
  adjustment: string,
  adjustedP: number | null,
): string {
  if (difference === null) return 'nothing to compare';
  const { worseBy, interval, ties, pValue } = difference;
  const isBetter = worseBy < 0;
  const [near, far] = isBetter ? [-interval.high, -interval.low] : [interval.low, interval.high];
  const number = (value: number) => differenceNumber(metric, value);
  const size =
    worseBy === 0
      ? 'equal on average'
      : `${isBetter ? 'better' : 'worse'} by ${number(Math.abs(worseBy))} ${differenceUnit(metric)}`;
  return [
    `${size} [${number(near)}, ${number(far)}]`,
    `n = ${pairs}${notApplicable > 0 ? ` (${notApplicable} not applicable)` : ''}`,
    plural(ties, 'tie'),
    `p ${probabilityText(pValue)}`,
    ...(adjustedP === null ? [] : [`p(${adjustment}) ${probabilityText(adjustedP)}`]),
  ].join(', ');
}

function marginText({ comparison, margin, rule, isOutOfReach, reason }: RuleResult): string {
  if (margin === null) return 'not judged';
  const allowed = `the margin of ${differenceText(comparison.metric, margin.margin)}`;
  switch (margin.verdict) {
    case 'pass':
      return `within ${allowed}`;
    case 'fail':
      return margin.isBeyondMargin
        ? `regression beyond ${allowed}`
        : `regression, not within ${allowed}`;
    case 'inconclusive': {
      const { pairsToDecide } = margin;
      const count =
        pairsToDecide === null
          ? 'no number of pairs decides a difference at the margin'
          : `about ${pairsToDecide} pairs would decide`;
      const reach =
        isOutOfReach && reason === undefined ? ', too few pairs differ for any p to tell' : '';
      const told = reason ?? count;
      return `undecided, the interval reaches over ${allowed}${reach}: ${told}${rule.inconclusive === 'fail' && reason === undefined ? ', and undecided does not pass' : ''}`;
    }
  }
}

function limitText({ comparison: { metric }, limit }: RuleResult): string[] {
  if (limit === null) return [];
  const { value, interval, verdict } = limit;
  const own = `${valueText(metric, value)} [${valueText(metric, interval.low)}, ${valueText(metric, interval.high)}]`;
  const allowed = `the limit of ${valueText(metric, limit.limit)}`;
  switch (verdict) {
    case 'pass':
      return [`${own} is within ${allowed}`];
    case 'fail':
      return [`${own} is beyond ${allowed}`];
    case 'inconclusive':
      return [`${own} is beyond ${allowed}, but may come to lie within it`];
  }
}
