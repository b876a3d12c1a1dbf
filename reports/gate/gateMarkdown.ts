import { type GateReport, ruledRows } from '../../harness/gate/index.ts';
import { markdownTable, markdownText } from '../words/index.ts';
import { flipMarkdown } from './flipLines.ts';
import {
  effectWords,
  errorRateText,
  gateHeadline,
  samenessText,
  sidesText,
} from './gateHeadline.ts';
import { rowsShown } from './rowName.ts';
import { ruleSentence } from './rowSentence.ts';
import { ruleCells, ruleHead } from './ruleCells.ts';
import { sideText } from './sideText.ts';

/** The gate as a comment on a change: the verdict in the first line. */
export function gateMarkdown(report: GateReport): string {
  const rows = ruledRows(report);
  const grave = rows.filter(({ effect }) => effect !== 'pass' && effect !== 'skipped');
  const shown = grave.slice(0, rowsShown);
  const [, ...problems] = report.problems;
  const lines = [
    `**${markdownText(gateHeadline(report))}**`,
    '',
    markdownText(sidesText(report)),
    '',
    ...problems.map(({ message }) => `- missing: ${markdownText(message)}`),
    ...report.tolerated.map(({ message }) => `- allowed: ${markdownText(message)}`),
    ...shown.map(
      (result) => `- **${effectWords[result.effect]}** ${markdownText(ruleSentence(result))}`,
    ),
    ...(grave.length > shown.length ? [`- and ${grave.length - shown.length} more`] : []),
    '',
    `<details><summary>All ${rows.length} rows</summary>`,
    '',
    ...markdownTable(
      ruleHead,
      rows.map((result) => ruleCells(result).map(markdownText)),
    ),
    '',
    '</details>',
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
