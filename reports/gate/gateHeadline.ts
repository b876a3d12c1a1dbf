import {
  alarmRateAtMost,
  type GateReport,
  type GateVerdict,
  type RuleEffect,
  type RuleResult,
  ruledRows,
  type StratumComparison,
} from '../../harness/gate/index.ts';
import { plural } from '../words/index.ts';
import { flipCount } from './flipText.ts';
import { differenceText, probabilityText, valueText } from './quantityText.ts';
import { rowName } from './rowName.ts';

/** The verdict in a word or two. */
export const verdictWords: Record<GateVerdict, string> = {
  pass: 'PASS',
  fail: 'FAIL',
  'evidence-missing': 'EVIDENCE MISSING',
};

/** What a row does, in a word of one width. */
export const effectWords: Record<RuleEffect, string> = {
  pass: 'pass',
  warn: 'WARN',
  fail: 'FAIL',
  missing: 'MISSING',
  skipped: 'skipped',
};

/**
 * First line of every report: the verdict, and the sentence to pass on.
 *
 * @example
 * 'FAIL: success rate fell from 100 to 92.7 %: 14 lost, 0 won, most on tin and far starts; p(Holm) = 0.0001'
 */
export function gateHeadline(report: GateReport): string {
  const stamp = report.isValid ? '' : ' (INVALID: missing evidence was allowed)';
  return `${verdictWords[report.verdict]}${stamp}: ${gateSentence(report)}`;
}

/** What a reader passes on, without the verdict. */
export function gateSentence(report: GateReport): string {
  switch (report.verdict) {
    case 'fail':
      return failSentence(report);
    case 'pass':
      return passSentence(report);
    case 'evidence-missing':
      return missingSentence(report);
  }
}

function failSentence(report: GateReport): string {
  const failed = ruledRows(report).filter(({ effect }) => effect === 'fail');
  const worst = failed.find(isOfSuccess) ?? failed[0];
  if (worst === undefined) return 'a rule fails';
  const others = failed.length - 1;
  return [
    changeText(worst, report),
    ...(others > 0 ? [`${plural(others, 'more row fails', 'more rows fail')}`] : []),
  ].join('; ');
}

/** Success is what an engineer is asked about; of it, the losses and where they are. */
function changeText(result: RuleResult, report: GateReport): string {
  const { comparison, margin, adjustedP } = result;
  const { difference, metric } = comparison;
  if (difference === null) return `${rowName(comparison)}: not evaluated`;
  const { base, candidate } = difference;
  const values = `from ${fromTo(valueText(metric, base), valueText(metric, candidate))}`;
  const hasChanged = base !== candidate;
  const verb = !hasChanged ? 'stayed' : candidate < base ? `fell ${values}` : `rose ${values}`;
  const subject = isOfSuccess(result) ? successOf(comparison) : rowName(comparison);
  const flips = metric === 'success' ? `: ${flipsText(result, report)}` : '';
  const proof =
    margin?.verdict === 'fail' && adjustedP !== null
      ? `p(Holm) ${probabilityText(adjustedP)}`
      : margin?.verdict === 'inconclusive'
        ? `a loss of ${differenceText(metric, margin.margin)} is not ruled out`
        : 'beyond the limit of its own';
  return `${subject} ${verb}${flips}; ${proof}`;
}

/** `success rate`, of several algorithms `success rate of mapfost`. */
function successOf({ algorithm }: Pick<StratumComparison, 'algorithm'>): string {
  return algorithm.isOneOfSeveral ? `success rate of ${algorithm.candidate}` : 'success rate';
}

/** `14 lost, 0 won, most on tin and far starts`; of a part, its own counts. */
function flipsText(result: RuleResult, { flips, lostMostOn }: GateReport): string {
  const { onlyCandidateBad = 0, onlyBaseBad = 0 } = result.comparison.difference ?? {};
  if (!isOfSuccess(result)) return `${onlyCandidateBad} lost, ${onlyBaseBad} won`;
  const places = lostMostOn.map(({ axis, position }) => {
    if (axis === 'dwellTimeNs') return `${position} ns`;
    return axis === 'stratum' ? `${position} starts` : `${position}`;
  });
  return `${flipCount(flips)}${places.length === 0 ? '' : `, most on ${places.join(' and ')}`}`;
}

function passSentence(report: GateReport): string {
  const { results, flips } = report;
  const passed = results.filter((result) => isOfSuccess(result) && result.effect === 'pass');
  // The loosest that passes is the least that is known for sure; a tighter one says more.
  const [tightest] = passed.toSorted((p, q) => (p.margin?.margin ?? 0) - (q.margin?.margin ?? 0));
  const rows = ruledRows(report).filter(({ effect }) => effect !== 'skipped');
  const open = rows.filter(({ effect }) => effect === 'warn').length;
  const rest = open === 0 ? 'no row is open' : plural(open, 'row is open', 'rows are open');
  const { difference, metric } = tightest?.comparison ?? {};
  if (tightest === undefined || difference == null || metric === undefined) {
    return `none of ${plural(rows.length, 'row', 'rows')} fails; ${rest}`;
  }
  const success = successOf(tightest.comparison);
  const values = [valueText(metric, difference.base), valueText(metric, difference.candidate)];
  const change =
    values[0] === values[1]
      ? `${success} is ${values[0]} as before`
      : `${success} went from ${fromTo(values[0] ?? '', values[1] ?? '')}`;
  const allowed = differenceText(metric, tightest.margin?.margin ?? 0);
  return `${change}: ${flipCount(flips)}; a loss of ${allowed} is ruled out, ${rest}`;
}

function missingSentence(report: GateReport): string {
  const [problem, ...problems] = report.problems;
  if (problem !== undefined) {
    const more = problems.length === 0 ? '' : `; and ${problems.length} more`;
    return `${problem.message}${more}`;
  }
  const missing = ruledRows(report).filter(({ effect }) => effect === 'missing');
  const [first, ...others] = missing;
  if (first === undefined) return 'no rule has a row';
  const more = others.length === 0 ? '' : `; and ${plural(others.length, 'more row', 'more rows')}`;
  return `${rowName(first.comparison)}: ${first.reason}${more}`;
}

/** `96.1 to 94.4 %`: the unit once. */
function fromTo(before: string, after: string): string {
  const [, number = before, unit = ''] = /^(\S+)( \S+)$/.exec(before) ?? [];
  return unit !== '' && after.endsWith(unit) ? `${number} to ${after}` : `${before} to ${after}`;
}

function isOfSuccess({ comparison: { metric, stratum } }: RuleResult): boolean {
  return metric === 'success' && Object.keys(stratum).length === 0;
}

/** Who was held against whom, by what, and whether anything became worse. */
export function sidesText(report: GateReport): string {
  const { candidate, base, rules } = report;
  return `${candidate.name} against ${base.name}, by the rules ${rules.name}. ${regressionText(report)}`;
}

function regressionText(report: GateReport): string {
  const rows = ruledRows(report);
  const count = (effect: RuleEffect) => rows.filter((row) => row.effect === effect).length;
  const [failed, warned] = [count('fail'), count('warn')];
  if (failed > 0) return `${failed} of ${rows.length} rows ${failed === 1 ? 'fails' : 'fail'}.`;
  if (report.verdict === 'evidence-missing') return 'Nothing is decided.';
  return warned === 0
    ? 'No regressions.'
    : `No regressions; ${plural(warned, 'row is open', 'rows are open')}.`;
}

/** What the colour of the gate is worth. */
export function errorRateText({ rules, familySize }: GateReport): string {
  const percent = (rate: number) => `${Number((100 * rate).toPrecision(2))} %`;
  const { falseAlarms: measured } = rules;
  const counted =
    measured === undefined
      ? ''
      : ` Measured: of ${measured.comparisons} comparisons of ${measured.model} (sha256:${measured.modelSha256.slice(0, 12)}, physics ${measured.physicsVersion}) with itself ${measured.failed} failed, so at most ${percent(alarmRateAtMost(measured.failed, measured.comparisons))} do.`;
  return `An unchanged candidate fails in at most ${percent(rules.familyErrorRate)} of cases (p adjusted after Holm over ${familySize} tests).${counted} One that is worse by a margin passes that row in at most 2.5 %. Intervals are 95 %; positive is worse.`;
}

/** Same algorithm, same results? */
export function samenessText({ sameness }: Pick<GateReport, 'sameness'>): string[] {
  return sameness.flatMap(({ algorithm, pairs, differing, isSameAlgorithm }) => {
    if (pairs === 0) return [];
    const who = isSameAlgorithm ? 'the same algorithm and model' : 'another algorithm or model';
    const what =
      differing === 0
        ? `all ${pairs} results are equal`
        : `${differing} of ${pairs} results differ${isSameAlgorithm ? ': the runtime or the machine changed, or the algorithm is not deterministic' : ''}`;
    return `${algorithm}: ${who}; ${what}.`;
  });
}
