import { type GateReport, metricNamed, type RuleResult } from '../../harness/gate/index.ts';
import { markdownTable, markdownText } from '../markdown.ts';
import { flipMarkdown } from './flipLines.ts';
import {
  effectOrder,
  effectWords,
  errorRateText,
  gateHeadline,
  regressionText,
  samenessText,
} from './gateHeadline.ts';
import { differenceNumber, differenceUnit, probabilityText, valueText } from './quantityText.ts';
import { ruleSentence } from './rowSentence.ts';
import { sideText } from './sideText.ts';

/** The gate as a comment on a change: the verdict in the first line. */
export function gateMarkdown(report: GateReport): string {
  const ordered = effectOrder.flatMap((effect) =>
    report.results.filter((result) => result.effect === effect),
  );
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
      [
        '',
        'metric',
        'part',
        'n',
        'ties',
        'baseline',
        'candidate',
        'worse by [95 %]',
        'p',
        'p(Holm)',
      ],
      ordered.map(cells),
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

function cells({ effect, comparison, adjustedP }: RuleResult): string[] {
  const { metric, label, pairs, difference } = comparison;
  const start = [effectWords[effect], metricNamed(metric).title, markdownText(label), `${pairs}`];
  if (difference === null) return [...start, '', '', '', 'not evaluated', '', ''];
  const { ties, base, candidate, worseBy, interval, pValue } = difference;
  const number = (value: number) => differenceNumber(metric, value);
  return [
    ...start,
    `${ties}`,
    valueText(metric, base),
    valueText(metric, candidate),
    `${number(worseBy)} \\[${number(interval.low)}, ${number(interval.high)}\\] ${differenceUnit(metric)}`,
    probabilityText(pValue).replace('= ', '').replace('<', '\\<'),
    adjustedP === null ? '' : probabilityText(adjustedP).replace('= ', '').replace('<', '\\<'),
  ];
}
