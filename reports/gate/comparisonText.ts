import {
  type Comparison,
  type ComparisonRow,
  effectOrder,
  metricNamed,
} from '../../harness/gate/index.ts';
import { groupedBy } from '../../harness/statistics/index.ts';
import { markdownTable, markdownText, printable, textTable, wrapText } from '../words/index.ts';
import { flipLines, flipMarkdown } from './flipLines.ts';
import { effectWords, gateHeadline, samenessText, sidesText } from './gateHeadline.ts';
import {
  differenceNumber,
  differenceUnit,
  pairHead,
  probabilityText,
  sideCells,
} from './quantityText.ts';
import { coverText, rowsShown } from './rowName.ts';
import { comparisonSentence, notComparedSentence } from './rowSentence.ts';
import { sideText } from './sideText.ts';

/** What a row comes to that no rule is about, in a word or two. */
const unruledWords: Record<ComparisonRow['change'], string> = {
  same: 'no change',
  noise: 'within noise',
  better: 'better, no rule',
  worse: 'worse, no rule',
};

/** What a row comes to that passes its rule. */
const passedWords: Record<ComparisonRow['change'], string> = {
  ...unruledWords,
  better: 'better',
  worse: 'worse, within margin',
};

function wordOf({ ruled, change }: ComparisonRow): string {
  if (ruled === null) return unruledWords[change];
  return ruled.effect === 'pass' ? passedWords[change] : effectWords[ruled.effect];
}

const head = [...pairHead, 'worse by [low est high]', 'p(BH)', 'verdict'] as const;

function cells(row: ComparisonRow): string[] {
  const { metric, pairs, difference, adjustedP } = row;
  const { worseBy, interval } = difference;
  const number = (value: number) => differenceNumber(metric, value);
  return [
    ...[metricNamed(metric).title, coverText(row), `${pairs}`, ...sideCells(metric, difference)],
    `[${number(interval.low)} ${number(worseBy)} ${number(interval.high)}] ${differenceUnit(metric)}`,
    probabilityText(adjustedP).replace('= ', ''),
    wordOf(row),
  ];
}

/** How the terminal is to be written to. */
export interface ComparisonConsoleOptions {
  /** Columns; absent for pipes and files. */
  readonly width?: number | undefined;
  /** A table of every row and all flips, not the worst alone. */
  readonly all?: boolean;
}

const usualWidth = 100;
const leastWidth = 60;

/** The comparison for a terminal: the gate's verdict, what is worst, the flips, who. */
export function comparisonConsole(
  comparison: Comparison,
  options: ComparisonConsoleOptions = {},
): string {
  const { width = usualWidth, all = false } = options;
  const columns = Math.max(leastWidth, width);
  const wrapped = (text: string, indent = 0) => wrapText(printable(text), columns, indent);
  const { rows, notCompared, gate } = comparison;
  const headline = printable(gateHeadline(gate));
  const [, ...problems] = comparison.problems;
  const shown = all ? [] : toldOf(rows);
  const left = rows.length - shown.length;
  const lines = [
    ...(options.width === undefined ? [headline] : wrapText(headline, columns)),
    ...wrapped(sidesText(gate)),
    '',
    ...problems.flatMap(({ message }) => wrapped(`missing: ${message}`, 9)),
    ...shown.flatMap((row) => wrapped(`${wordOf(row)}: ${comparisonSentence(row)}`, 9)),
    ...(all
      ? byAlgorithm(rows).flatMap(([name, own]) => [printable(name), ...table(own), ''])
      : left > 0
        ? [`and ${left} more rows: --all shows them`]
        : []),
    ...(all ? notCompared.flatMap((row) => wrapped(notComparedSentence(row))) : []),
    ...(rows.length === 0 ? [] : wrapped(`${countText(rows)}.`)),
    ...(comparison.flips.length > 0 ? ['', ...flipLines(comparison, { all, width: columns })] : []),
    '',
    ...wrapped(`baseline   ${sideText(comparison.base)}`, 11),
    ...wrapped(`candidate  ${sideText(comparison.candidate)}`, 11),
    ...samenessText(comparison).flatMap((text) => wrapped(text)),
  ];
  return `${lines.join('\n').replaceAll(/\n{3,}/g, '\n\n')}\n`;
}

/** The same in Markdown. */
export function comparisonMarkdown(comparison: Comparison): string {
  const { rows, notCompared, gate } = comparison;
  const [, ...problems] = comparison.problems;
  const lines = [
    `**${markdownText(gateHeadline(gate))}**`,
    '',
    markdownText(sidesText(gate)),
    '',
    ...problems.map(({ message }) => `- missing: ${markdownText(message)}`),
    ...toldOf(rows).map((row) => `- ${markdownText(`${wordOf(row)}: ${comparisonSentence(row)}`)}`),
    '',
    ...byAlgorithm(rows).flatMap(([name, own]) => [
      `<details><summary>${markdownText(`${name}: ${countText(own)}`)}</summary>`,
      '',
      ...markdownTable(
        head,
        own.map((row) => cells(row).map(markdownText)),
      ),
      '',
      '</details>',
      '',
    ]),
    ...notCompared.map((row) => `- ${markdownText(notComparedSentence(row))}`),
    '',
    `Baseline: ${markdownText(sideText(comparison.base))}`,
    '',
    `Candidate: ${markdownText(sideText(comparison.candidate))}`,
    '',
    ...samenessText(comparison).map(markdownText),
    ...flipMarkdown(comparison),
  ];
  return `${lines.join('\n').replaceAll(/\n{3,}/g, '\n\n')}\n`;
}

/** Metric and part stand in one column. */
function table(rows: readonly ComparisonRow[]): string[] {
  const [metric, part, ...others] = head;
  return textTable([
    [`${metric}, ${part}`, ...others],
    ...rows.map((row) => {
      const [title = '', cover = '', ...numbers] = cells(row).map(printable);
      return [`${title}, ${cover}`, ...numbers];
    }),
  ]);
}

/** What the gate objects to, then what became worse, then the rest; the largest differences first. */
function worstOf(rows: readonly ComparisonRow[]): readonly ComparisonRow[] {
  const changes = ['worse', 'better', 'noise', 'same'] as const;
  const rank = ({ ruled, change }: ComparisonRow): number => {
    const effect = ruled === null ? 'pass' : ruled.effect;
    return 10 * effectOrder.indexOf(effect) + changes.indexOf(change);
  };
  const size = ({ difference, metric, ruled }: ComparisonRow): number =>
    difference.worseBy / (ruled?.margin?.margin ?? metricNamed(metric).floor);
  return rows.toSorted((p, q) => rank(p) - rank(q) || Math.abs(size(q)) - Math.abs(size(p)));
}

/** The worst rows, without those of which there is nothing to tell. */
function toldOf(rows: readonly ComparisonRow[]): readonly ComparisonRow[] {
  const isTold = ({ ruled, change }: ComparisonRow): boolean =>
    change === 'worse' ||
    change === 'better' ||
    (ruled !== null && ruled.effect !== 'pass' && ruled.effect !== 'skipped');
  return worstOf(rows).filter(isTold).slice(0, rowsShown);
}

function countText(rows: readonly ComparisonRow[]): string {
  const counts = [...groupedBy(worstOf(rows), wordOf)].map(
    ([word, { length }]) => `${length} ${word}`,
  );
  return `${rows.length} rows: ${counts.join('; ')}`;
}

function byAlgorithm(rows: readonly ComparisonRow[]) {
  const groups = groupedBy(rows, ({ algorithm: { base, candidate } }) =>
    base === candidate ? candidate : `${candidate} against ${base}`,
  );
  return [...groups];
}
