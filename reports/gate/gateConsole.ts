import type { GateReport, RuleEffect } from '../../harness/gate/index.ts';
import { printable } from '../words/index.ts';
import { flipLines } from './flipLines.ts';
import {
  effectWords,
  errorRateText,
  gateHeadline,
  orderedResults,
  regressionText,
  samenessText,
} from './gateHeadline.ts';
import { ruleSentence } from './rowSentence.ts';
import { sideText } from './sideText.ts';

/**
 * The gate for a terminal: verdict first, then who was held against whom, then row by row.
 *
 * @returns Lines ending in newlines; control characters of names are replaced.
 */
export function gateConsole(report: GateReport, { colour }: { readonly colour: boolean }): string {
  const paint = colour ? painted : (_effect: RuleEffect, text: string) => text;
  const gravest: Record<GateReport['verdict'], RuleEffect> = {
    pass: 'pass',
    fail: 'fail',
    'evidence-missing': 'missing',
  };
  const lines = [
    paint(gravest[report.verdict], printable(gateHeadline(report))),
    regressionText(report),
    '',
    `baseline   ${sideText(report.base)}`,
    `candidate  ${sideText(report.candidate)}`,
    ...samenessText(report).map(printable),
    errorRateText(report),
    ...report.problems.map(({ message }) => paint('missing', printable(`missing: ${message}`))),
    ...report.tolerated.map(({ message }) => printable(`allowed: ${message}`)),
    '',
    ...orderedResults(report).map(
      (result) =>
        `${paint(result.effect, effectWords[result.effect].padEnd(8))} ${printable(ruleSentence(result))}`,
    ),
  ];
  if (report.flips.length > 0) lines.push('', ...flipLines(report));
  return `${lines.join('\n')}\n`;
}

const codes: Record<RuleEffect, number> = { pass: 32, warn: 33, fail: 31, missing: 35, skipped: 2 };

function painted(effect: RuleEffect, text: string): string {
  return `\u001b[${codes[effect]}m${text}\u001b[0m`;
}
