import {
  type EvidenceProblem,
  type GateReport,
  metricNamed,
  type RuleResult,
} from '../../harness/gate/index.ts';
import { type JunitCase, junitXml } from '../words/index.ts';
import { errorRateText, gateHeadline, samenessText } from './gateHeadline.ts';
import { ruleSentence } from './rowSentence.ts';
import { sideText } from './sideText.ts';

/**
 * The gate as JUnit XML. One case for the evidence as a whole and one per row: `failure`, a rule is
 * broken; `error`, it could not be evaluated; `skipped`, a rule that only warns is broken, or times
 * were measured under load. What only warns otherwise passes, and says so in its output.
 *
 * Every case has one `system-out` and one `system-err`. Times are 0 s: rows are not timed.
 */
export function gateJunit(report: GateReport): string {
  const name = `semfocus gate ${report.rules.name}`;
  const date = report.candidate.startedAt?.last;
  const cases = [evidenceCase(report), ...report.results.map((result) => ruleCase(result, report))];
  return junitXml(name, [{ name, ...(date !== undefined && { startedAt: date }), cases }]);
}

function evidenceCase(report: GateReport): JunitCase {
  const { problems, tolerated, base, candidate } = report;
  const messages = (of: readonly EvidenceProblem[]) => of.map(({ message }) => message);
  const isEmpty = report.results.length === 0 && problems.length === 0;
  const missing = isEmpty ? ['no rule has a row'] : messages(problems);
  return {
    name: 'evidence',
    className: className(report),
    timeS: 0,
    type: 'evidence',
    result: missing.length > 0 ? 'error' : 'passed',
    message: missing.join('; '),
    output: [
      gateHeadline(report),
      `baseline: ${sideText(base)}`,
      `candidate: ${sideText(candidate)}`,
      ...samenessText(report),
      errorRateText(report),
    ].join('\n'),
    complaint: messages(tolerated)
      .map((message) => `allowed: ${message}`)
      .join('\n'),
  };
}

function ruleCase(result: RuleResult, { rules }: GateReport): JunitCase {
  const { comparison, effect, rule, index } = result;
  const { metric, label, algorithm } = comparison;
  const sentence = ruleSentence(result);
  const isTriedOut = effect === 'skipped' || (effect === 'warn' && rule.severity === 'warn');
  const results = { pass: 'passed', fail: 'failure', missing: 'error' } as const;
  const ended = isTriedOut
    ? 'skipped'
    : effect === 'warn'
      ? 'passed'
      : results[effect as keyof typeof results];
  return {
    // The number of the rule tells two rules about one thing apart.
    name: `${algorithm.candidate}: ${metricNamed(metric).title}, ${label} (rule ${index + 1})`,
    className: className({ rules }),
    timeS: 0,
    type: ended === 'failure' ? 'regression' : 'evidence',
    result: ended,
    message: sentence,
    output: sentence,
    complaint: effect === 'warn' ? `warning: ${sentence}` : '',
  };
}

function className({ rules }: Pick<GateReport, 'rules'>): string {
  return `semfocus.gate.${rules.name}`;
}
