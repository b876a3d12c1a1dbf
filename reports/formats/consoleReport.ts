import { focusParameters } from '../../harness/microscope/index.ts';
import type { Interval } from '../../harness/statistics/index.ts';
import type {
  FirstCorrectionLine,
  IterationStatistics,
  ResidualStatistics,
  Summary,
  SummaryGroup,
} from '../summary/index.ts';
import {
  algorithmLabel,
  boundText,
  conditionLabel,
  findings,
  formatMeanSd,
  formatNumber,
  instrumentTexts,
  marginsText,
  stigmatorUnit,
  timingText,
  truthText,
  wrapText,
} from '../words/index.ts';

/** How the terminal is to be written to. */
export interface ConsoleOptions {
  /** Columns of the terminal. Below 80 the table keeps its 80 columns. */
  readonly width?: number;
  /** ANSI colours; the caller says no for `NO_COLOR`, files and pipes. */
  readonly colour: boolean;
}

/** Width where the caller knows none. */
const defaultWidth = 100;
const leastWidth = 80;
const gap = '  ';

/**
 * The summary as text for a terminal: one row per algorithm and condition, then the findings.
 *
 * Residuals are absolute, mean ± SD over trajectories. Where the terminal is too narrow for all
 * columns, cost, residuals and the bound, where there is one, stand in tables one below the other; no
 * line is longer than `width`.
 *
 * @returns Lines ending in newlines.
 */
export function consoleReport(summary: Summary, options: ConsoleOptions): string {
  const width = Math.max(leastWidth, options.width ?? defaultWidth);
  const paint = options.colour ? ansi : plain;
  const sentences = findings(summary).flatMap((sentence) => wrapText(sentence, width));
  if (summary.groups.length === 0) return `${sentences.join('\n')}\n`;

  const { groups } = summary;
  const parts = [
    costColumns,
    residualColumns(groups),
    boundColumns(groups),
    firstCorrectionColumns(groups),
  ];
  const wide = [algorithmColumn, ...parts.flat()];
  const tables = fits(wide, groups, width)
    ? [wide]
    : parts.filter((columns) => columns.length > 0).map((columns) => [algorithmColumn, ...columns]);
  const lines = tables.flatMap((columns) => [...tableLines(columns, groups, width, paint), '']);
  const instruments = instrumentTexts(groups).flatMap((text) => [...wrapText(text, width), '']);
  return `${[...lines, ...instruments, ...notes(groups, width).map(paint.dim), '', ...sentences].join('\n')}\n`;
}

interface Column {
  /** Two lines: quantity and unit. */
  readonly head: readonly [string, string];
  readonly cell: (group: SummaryGroup) => string;
  readonly tone?: (group: SummaryGroup) => keyof Paint;
}

type Paint = Record<'bold' | 'dim' | 'good' | 'fair' | 'bad', (text: string) => string>;

const sgr = (code: number) => (text: string) => `\u001b[${code}m${text}\u001b[0m`;
const ansi: Paint = {
  bold: sgr(1),
  dim: sgr(2),
  good: sgr(32),
  fair: sgr(33),
  bad: sgr(31),
};
const same = (text: string) => text;
const plain: Paint = { bold: same, dim: same, good: same, fair: same, bad: same };

const algorithmColumn: Column = { head: ['algorithm', ''], cell: algorithmLabel };

const costColumns: readonly Column[] = [
  { head: ['n', ''], cell: (group) => String(group.trajectories) },
  {
    head: ['success', '% [95 %]'],
    cell: ({ success: { fraction, interval95 }, declinedRightly, trajectories }) =>
      declinedRightly === trajectories
        ? 'declined'
        : `${percent(fraction)} [${percent(interval95.low)}, ${percent(interval95.high)}]`,
    tone: ({ success: { fraction } }) =>
      fraction === 1 ? 'good' : fraction >= 0.5 ? 'fair' : 'bad',
  },
  {
    head: ['iterations', 'to margins'],
    cell: (group) => formatNumber(group.iterationsToMargins.median),
  },
  { head: ['frames', 'to margins'], cell: (group) => formatNumber(group.framesToMargins.median) },
  {
    head: ['dose, e/nm²', 'to margins'],
    cell: (group) => formatNumber(group.doseToMarginsElectronsPerNm2.median),
  },
  { head: ['compute', 'ms/iter.'], cell: (group) => formatNumber(group.computeMsPerIteration.p50) },
];

/** Iterations told apart from the last, as far as any group has them. */
function residualColumns(groups: readonly SummaryGroup[]): readonly Column[] {
  const longest = Math.max(...groups.map((group) => group.iterations.length)) - 1;
  const early = [1, 2, 3].filter((iteration) => iteration <= longest);
  return [
    ...early.map((iteration) =>
      residualColumn('|wd|', `${iteration}, µm`, 'absWorkingDistanceUm', iteration),
    ),
    residualColumn('|wd|', 'end, µm', 'absWorkingDistanceUm'),
    residualColumn('|stig x|', `end, ${stigmatorUnit}`, 'absStigmatorX'),
    residualColumn('|stig y|', `end, ${stigmatorUnit}`, 'absStigmatorY'),
  ];
}

/** None where no group has a bound. */
function boundColumns(groups: readonly SummaryGroup[]): readonly Column[] {
  if (groups.every(({ pairBound }) => pairBound === null)) return [];
  const names = { workingDistanceUm: 'wd', stigmatorX: 'stig x', stigmatorY: 'stig y' } as const;
  const units = {
    workingDistanceUm: 'wd, µm',
    stigmatorX: `x, ${stigmatorUnit}`,
    stigmatorY: `y, ${stigmatorUnit}`,
  } as const;
  return [
    ...focusParameters.map(
      (parameter): Column => ({
        head: ['bound', units[parameter]],
        cell: ({ pairBound }) => formatNumber(pairBound?.sd[parameter] ?? null),
      }),
    ),
    ...focusParameters.map(
      (parameter): Column => ({
        head: ['efficiency', names[parameter]],
        cell: ({ pairBound }) => formatNumber(pairBound?.efficiency[parameter] ?? null),
      }),
    ),
  ];
}

/** None where no group has such a line. */
function firstCorrectionColumns(groups: readonly SummaryGroup[]): readonly Column[] {
  if (groups.every(({ firstCorrection }) => firstCorrection === null)) return [];
  const withInterval = (value: number, { low, high }: Interval) =>
    `${formatNumber(value)} [${formatNumber(low)}, ${formatNumber(high)}]`;
  const column = (head: Column['head'], text: (line: FirstCorrectionLine) => string): Column => ({
    head,
    cell: ({ firstCorrection: line }) => (line === null ? '–' : text(line)),
  });
  return [
    column(['first correction', 'slope [95 %]'], ({ slope, slopeInterval95 }) =>
      withInterval(slope, slopeInterval95),
    ),
    column(['of wd', 'offset, µm [95 %]'], ({ offsetUm, offsetUmInterval95 }) =>
      withInterval(offsetUm, offsetUmInterval95),
    ),
  ];
}

type ResidualField = {
  [Field in keyof IterationStatistics]: IterationStatistics[Field] extends ResidualStatistics
    ? Field
    : never;
}[keyof IterationStatistics];

function residualColumn(
  quantity: string,
  at: string,
  field: ResidualField,
  iteration?: number,
): Column {
  return {
    head: [quantity, at],
    // A group that ended before this iteration keeps its last state, as everywhere.
    cell: ({ iterations, declinedRightly, trajectories }) => {
      // Nothing was there to be in focus: how far from it the start was is no error.
      if (declinedRightly === trajectories) return '–';
      const state = iterations[iteration ?? iterations.length - 1] ?? iterations.at(-1);
      return state ? formatMeanSd(state[field].mean, state[field].sd) : '–';
    },
  };
}

function percent(fraction: number): string {
  return String(Math.round(100 * fraction));
}

function columnWidths(columns: readonly Column[], groups: readonly SummaryGroup[]): number[] {
  return columns.map(({ head, cell }) =>
    Math.max(...head.map((line) => line.length), ...groups.map((group) => cell(group).length)),
  );
}

function tableWidth(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width + gap.length, -gap.length);
}

function fits(columns: readonly Column[], groups: readonly SummaryGroup[], width: number): boolean {
  return tableWidth(columnWidths(columns, groups)) <= width;
}

function tableLines(
  columns: readonly Column[],
  groups: readonly SummaryGroup[],
  width: number,
  paint: Paint,
): string[] {
  const [first = 0, ...others] = columnWidths(columns, groups);
  // Long names of variants give way; numbers never do.
  const widths = [Math.min(first, width - tableWidth(others) - gap.length), ...others];
  const line = (texts: readonly string[]) =>
    texts.map((text, i) =>
      i === 0 ? fitLeft(text, widths[0] ?? 0) : text.padStart(widths[i] ?? 0),
    );
  const lines = [0, 1].map((row) =>
    paint.bold(
      line(columns.map(({ head }) => head[row] ?? ''))
        .join(gap)
        .trimEnd(),
    ),
  );
  lines.push(paint.dim('─'.repeat(tableWidth(widths))));
  let condition = '';
  for (const group of groups) {
    const label = conditionLabel(group.condition);
    if (label !== condition) lines.push(paint.dim(fitLeft(label, tableWidth(widths)).trimEnd()));
    condition = label;
    const cells = line(columns.map(({ cell }) => cell(group)));
    lines.push(
      columns
        .map(({ tone }, i) => (tone ? paint[tone(group)](cells[i] ?? '') : (cells[i] ?? '')))
        .join(gap),
    );
  }
  return lines;
}

function fitLeft(text: string, width: number): string {
  return text.length <= width ? text.padEnd(width) : `${text.slice(0, width - 1)}…`;
}

function notes(groups: readonly SummaryGroup[], width: number): string[] {
  return wrapText(
    `Residuals against ${truthText(groups)}, mean ± SD over trajectories; wd = working distance. ` +
      `Success: all residuals inside the ${marginsText(groups)} at the end. ` +
      `To margins: median until they were reached for good; ` +
      `– where half of the trajectories or more never did. ${groups.some(({ declinedRightly, trajectories }) => declinedRightly === trajectories) ? 'Declined: rightly, in all trajectories, because there is nothing to focus on. ' : ''}${boundText(groups)}${timingText(groups)}`.trimEnd(),
    width,
  );
}
