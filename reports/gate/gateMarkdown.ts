import type { GateReport } from '../../harness/gate/index.ts';
import { markdownTable, markdownText } from '../words/index.ts';
import { flipMarkdown } from './flipLines.ts';
import {
  effectWords,
  errorRateText,
  gateHeadline,
  orderedResults,
  regressionText,
  samenessText,
} from './gateHeadline.ts';
import { ruleSentence } from './rowSentence.ts';
import { ruleCells, ruleHead } from './ruleCells.ts';
import { sideText } from './sideText.ts';

/** The gate as a comment on a change: the verdict in the first line. */
export function gateMarkdown(report: GateReport): string {
  const ordered = orderedResults(report);
  const grave = ordered.filter(({ effect }) => effect !== 'pass' && effect !== 'skipped');
  const lines = [
    `**${markdownText(gateHeadline(report))}**`,
    '',
    regressionText(report),
    '',
    ...report.problems.map(({ message }) => `- missing: ${markdownText(message)}`),
    ...report.tolerated.map(({ message }) => `- allowed: ${markdownText(message)}`),
    ...grave.map(
      (result) => `- **${effectWords[result.effect]}** ${markdownText(ruleSentence(result))}`,
    ),
    '',
    ...markdownTable(
      ruleHead,
      ordered.map((result) => ruleCells(result).map(markdownText)),
    ),
    '',
    `Baseline: ${markdownText(sideText(report.base))}`,
    '',
    `Candidate: ${markdownText(sideText(report.candidate))}`,
    '',
    ...samenessText(report).map(markdownText),
    markdownText(errorRateText(report)),
    ...flipMarkdown(report),
  ];
  return `${lines.join('\n').replaceAll(/\n{3,}/g, '\n\n')}\n`;
}
