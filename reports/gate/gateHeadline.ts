import type { GateReport, GateVerdict, RuleEffect, RuleResult } from '../../harness/gate/index.ts';
import { plural } from '../words/index.ts';

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

/** Rows by their effect, the gravest first. */
export const effectOrder: readonly RuleEffect[] = ['fail', 'missing', 'warn', 'pass', 'skipped'];

/** The rows, the gravest first. */
export function orderedResults({ results }: GateReport): readonly RuleResult[] {
  return effectOrder.flatMap((effect) => results.filter((result) => result.effect === effect));
}

/** First line of every report. */
export function gateHeadline({ verdict, isValid, rules, candidate, base }: GateReport): string {
  const stamp = isValid ? '' : ' (INVALID: missing evidence was allowed)';
  return `Gate ${rules.name}: ${verdictWords[verdict]}${stamp}: ${candidate.name} against ${base.name}`;
}

/** Whether anything became worse, in so many words. */
export function regressionText({ results, verdict }: GateReport): string {
  const failed = results.filter(({ effect }) => effect === 'fail').length;
  if (failed > 0) return `${failed} of ${results.length} rows ${failed === 1 ? 'fails' : 'fail'}.`;
  const warned = results.filter(({ effect }) => effect === 'warn').length;
  if (verdict === 'evidence-missing')
    return 'No row fails, but evidence is missing: nothing is decided.';
  return warned === 0
    ? 'No regressions.'
    : `No regressions; ${plural(warned, 'row warns', 'rows warn')}.`;
}

/** What the colour of the gate is worth. */
export function errorRateText({ rules, familySize }: GateReport): string {
  const rate = `${Number((100 * rules.familyErrorRate).toPrecision(3))} %`;
  return `An unchanged candidate fails in at most ${rate} of cases (p adjusted after Holm over ${familySize} tests); one that is worse by a margin passes that row in at most 2.5 %. Intervals are 95 %; positive is worse.`;
}

/** Same algorithm, same results? */
export function samenessText({ sameness }: Pick<GateReport, 'sameness'>): string[] {
  return sameness.map(({ algorithm, pairs, differing, isSameAlgorithm }) => {
    const who = isSameAlgorithm ? 'the same algorithm and model' : 'another algorithm or model';
    const what =
      differing === 0
        ? `all ${pairs} results are equal`
        : `${differing} of ${pairs} results differ${isSameAlgorithm ? ': the runtime or the machine changed, or the algorithm is not deterministic' : ''}`;
    return `${algorithm}: ${who}; ${what}.`;
  });
}
