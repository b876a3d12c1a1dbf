import { type Comparison, type ComparisonRow, metricNamed } from '../../harness/gate/index.ts';
import { groupedBy } from '../../harness/statistics/index.ts';
import { markdownTable, markdownText, printable, textTable } from '../words/index.ts';
import { flipLines, flipMarkdown } from './flipLines.ts';
import { samenessText } from './gateHeadline.ts';
import {
  differenceNumber,
  differenceUnit,
  pairHead,
  probabilityText,
  sideCells,
} from './quantityText.ts';
import { comparisonSentence, notComparedSentence } from './rowSentence.ts';
import { sideText } from './sideText.ts';

/** What a row comes to, in a word or two. */
const changeWords: Record<ComparisonRow['change'], string> = {
  same: 'no change',
  noise: 'within noise',
  better: 'BETTER',
  worse: 'WORSE',
};

const head = [...pairHead, 'worse by [low est high]', 'p(BH)', 'verdict'] as const;

function cells(row: ComparisonRow): string[] {
  const { metric, label, pairs, difference, change, adjustedP } = row;
  const { worseBy, interval } = difference;
  const number = (value: number) => differenceNumber(metric, value);
  return [
    ...[metricNamed(metric).title, label, `${pairs}`, ...sideCells(metric, difference)],
    `[${number(interval.low)} ${number(worseBy)} ${number(interval.high)}] ${differenceUnit(metric)}`,
    probabilityText(adjustedP).replace('= ', ''),
    changeWords[change],
  ];
}

/** The comparison for a terminal: who, a table, a sentence on all that changed, the flips. */
export function comparisonConsole(comparison: Comparison): string {
  const { rows } = comparison;
  const lines = [
    `baseline   ${sideText(comparison.base)}`,
    `candidate  ${sideText(comparison.candidate)}`,
    ...samenessText(comparison).map(printable),
    ...comparison.problems.map(({ message }) => printable(`missing: ${message}`)),
    ...byAlgorithm(rows).flatMap(([name, own]) => ['', printable(name), ...table(own)]),
    '',
    ...sentences(comparison).map(printable),
  ];
  if (comparison.flips.length > 0) lines.push('', ...flipLines(comparison));
  return `${lines.join('\n')}\n`;
}

/** The same in Markdown. */
export function comparisonMarkdown(comparison: Comparison): string {
  const { rows } = comparison;
  const lines = [
    `**${markdownText(`${comparison.candidate.name} against ${comparison.base.name}: ${countText(rows)}`)}**`,
    '',
    ...sentences(comparison).map((sentence) => `- ${markdownText(sentence)}`),
    ...comparison.problems.map(({ message }) => `- missing: ${markdownText(message)}`),
    '',
    ...byAlgorithm(rows).flatMap(([name, own]) => [
      markdownText(name),
      '',
      ...markdownTable(
        head,
        own.map((row) => cells(row).map(markdownText)),
      ),
      '',
    ]),
    `Baseline: ${markdownText(sideText(comparison.base))}`,
    '',
    `Candidate: ${markdownText(sideText(comparison.candidate))}`,
    '',
    ...samenessText(comparison).map(markdownText),
    ...flipMarkdown(comparison),
  ];
  return `${lines.join('\n')}\n`;
}

/** Metric and part stand in one column. */
function table(rows: readonly ComparisonRow[]): string[] {
  const [metric, part, ...others] = head;
  return textTable([
    [`${metric}, ${part}`, ...others],
    ...rows.map((row) => {
      const [title = '', label = '', ...numbers] = cells(row).map(printable);
      return [`${title}, ${label}`, ...numbers];
    }),
  ]);
}

/**
 * What changed in a sentence each, what could not be compared, and how many rows there are. Parts
 * speak where the whole does not say the same.
 */
function sentences({ rows, notCompared }: Comparison): string[] {
  const isTold = ({ change, metric, algorithm, stratum }: ComparisonRow) =>
    (change === 'worse' || change === 'better') &&
    (isWhole(stratum) ||
      !rows.some(
        (row) =>
          isWhole(row.stratum) &&
          row.metric === metric &&
          row.algorithm.candidate === algorithm.candidate &&
          row.change === change,
      ));
  return [
    ...rows.filter(isTold).map(comparisonSentence),
    ...notCompared.map(notComparedSentence),
    `${countText(rows)}.`,
  ];
}

function isWhole(stratum: ComparisonRow['stratum']): boolean {
  return Object.keys(stratum).length === 0;
}

function countText(rows: readonly ComparisonRow[]): string {
  const count = (change: ComparisonRow['change']) =>
    rows.filter((row) => row.change === change).length;
  const parts = (['worse', 'better', 'noise', 'same'] as const)
    .filter((change) => count(change) > 0)
    .map((change) => `${count(change)} ${changeWords[change].toLowerCase()}`);
  return parts.length === 0 ? 'no rows' : `${rows.length} rows: ${parts.join(', ')}`;
}

function byAlgorithm(rows: readonly ComparisonRow[]) {
  const groups = groupedBy(rows, ({ algorithm: { base, candidate } }) =>
    base === candidate ? candidate : `${candidate} against ${base}`,
  );
  return [...groups];
}
