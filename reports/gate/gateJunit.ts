import type { EvidenceProblem, GateReport, RuleResult } from '../../harness/gate/index.ts';
import { metricNamed } from '../../harness/gate/index.ts';
import { errorRateText, gateHeadline, samenessText } from './gateHeadline.ts';
import { ruleSentence } from './rowSentence.ts';
import { sideText } from './sideText.ts';

interface Case {
  readonly name: string;
  readonly result: 'passed' | 'failure' | 'error' | 'skipped';
  readonly message: string;
  readonly output: string;
  readonly complaint: string;
}

/**
 * The gate as JUnit XML. One case for the evidence as a whole and one per row: `failure`, a rule is
 * broken; `error`, it could not be evaluated; `skipped`, a rule that only warns is broken, or times
 * were measured under load. What only warns otherwise passes, and says so in its output.
 *
 * Every case has one `system-out` and one `system-err`. Times are 0 s: rows are not timed.
 */
export function gateJunit(report: GateReport): string {
  const cases = [evidenceCase(report), ...report.results.map(ruleCase)];
  const count = (result: Case['result']) => cases.filter((one) => one.result === result).length;
  const totals = `tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}" time="0"`;
  const name = attribute(`semfocus gate ${report.rules.name}`);
  const date = report.candidate.startedAt?.last;
  const timestamp =
    date === undefined ? '' : ` timestamp="${attribute(date.replace(/(\.\d+)?Z$/, ''))}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${name}" ${totals}>`,
    `  <testsuite name="${name}" ${totals}${timestamp}>`,
    ...cases.flatMap((one) => caseLines(one, attribute(report.rules.name))),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function evidenceCase(report: GateReport): Case {
  const { problems, tolerated, base, candidate } = report;
  const messages = (of: readonly EvidenceProblem[]) => of.map(({ message }) => message);
  const isEmpty = report.results.length === 0 && problems.length === 0;
  const missing = isEmpty ? ['no rule has a row'] : messages(problems);
  return {
    name: 'evidence',
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

function ruleCase(result: RuleResult): Case {
  const { comparison, effect, rule, index } = result;
  const { metric, label, algorithm } = comparison;
  const sentence = ruleSentence(result);
  const isTriedOut = effect === 'skipped' || (effect === 'warn' && rule.severity === 'warn');
  const results = { pass: 'passed', fail: 'failure', missing: 'error' } as const;
  return {
    // The number of the rule tells two rules about one thing apart.
    name: `${algorithm.candidate}: ${metricNamed(metric).title}, ${label} (rule ${index + 1})`,
    result: isTriedOut
      ? 'skipped'
      : effect === 'warn'
        ? 'passed'
        : results[effect as keyof typeof results],
    message: sentence,
    output: sentence,
    complaint: effect === 'warn' ? `warning: ${sentence}` : '',
  };
}

function caseLines({ name, result, message, output, complaint }: Case, rules: string): string[] {
  const type = { failure: 'regression', error: 'evidence', skipped: '', passed: '' }[result];
  const told = `message="${attribute(message)}"`;
  return [
    `    <testcase name="${attribute(name)}" classname="semfocus.gate.${rules}" time="0">`,
    ...(result === 'failure' || result === 'error'
      ? [`      <${result} ${told} type="${type}">${cdata(message)}</${result}>`]
      : []),
    ...(result === 'skipped' ? [`      <skipped ${told}/>`] : []),
    `      <system-out>${cdata(output)}</system-out>`,
    `      <system-err>${cdata(complaint)}</system-err>`,
    '    </testcase>',
  ];
}

/** Without what XML 1.0 has no place for: control characters (with them ANSI), halves of pairs. */
function legal(text: string): string {
  return text.replaceAll(
    /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu,
    '\ufffd',
  );
}

function attribute(text: string): string {
  return legal(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll(/[\t\n\r]/g, ' ');
}

function cdata(text: string): string {
  return `<![CDATA[${legal(text).replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
}
