import { type GateReport, type RuleEffect, ruledRows } from '../../harness/gate/index.ts';
import { printable, wrapText } from '../words/index.ts';
import { flipLines } from './flipLines.ts';
import {
  effectWords,
  errorRateText,
  gateHeadline,
  samenessText,
  sidesText,
} from './gateHeadline.ts';
import { rowsShown } from './rowName.ts';
import { ruleSentence } from './rowSentence.ts';
import { sideText } from './sideText.ts';

/** How the terminal is to be written to. */
export interface GateConsoleOptions {
  readonly colour: boolean;
  /** Columns; a sentence is broken at spaces. Absent for pipes and files: the verdict is then one line. */
  readonly width?: number | undefined;
  /** Every row and flip, not the worst alone. */
  readonly all?: boolean;
}

/** Columns for what follows the verdict where the caller knows none. */
const usualWidth = 100;
const leastWidth = 60;

/**
 * The gate for a terminal: the verdict and the sentence to pass on, the worst rows, then who was held
 * against whom.
 *
 * @returns Lines ending in newlines; control characters of names are replaced.
 */
export function gateConsole(report: GateReport, options: GateConsoleOptions): string {
  const { colour, width, all = false } = options;
  const paint = colour ? painted : (_effect: RuleEffect, text: string) => text;
  const wrapped = (text: string, indent = 0) => wrapText(printable(text), columns(options), indent);
  const headline = printable(gateHeadline(report));
  const rows = ruledRows(report);
  const shown = all ? rows : rows.slice(0, rowsShown);
  const left = rows.length - shown.length;
  const [, ...problems] = report.problems;
  const lines = [
    ...(width === undefined ? [headline] : wrapText(headline, columns(options))).map((line) =>
      paint(verdictEffect[report.verdict], line),
    ),
    ...wrapped(sidesText(report)),
    '',
    ...problems.flatMap(({ message }) => wrapped(`missing: ${message}`, 9)),
    ...report.tolerated.flatMap(({ message }) => wrapped(`allowed: ${message}`, 9)),
    ...shown.flatMap((result) => {
      const word = effectWords[result.effect].padEnd(8);
      const [first = '', ...others] = wrapped(`${word} ${ruleSentence(result)}`, 9);
      return [`${paint(result.effect, word)}${first.slice(word.length)}`, ...others];
    }),
    ...(left > 0 ? [`and ${left} more rows, none of them graver: --all shows them`] : []),
    ...(report.flips.length > 0
      ? ['', ...flipLines(report, { all, width: columns(options) })]
      : []),
    '',
    ...wrapped(`baseline   ${sideText(report.base)}`, 11),
    ...wrapped(`candidate  ${sideText(report.candidate)}`, 11),
    ...samenessText(report).flatMap((text) => wrapped(text)),
    ...wrapped(errorRateText(report)),
  ];
  return `${lines.join('\n').replaceAll(/\n{3,}/g, '\n\n')}\n`;
}

function columns({ width = usualWidth }: GateConsoleOptions): number {
  return Math.max(leastWidth, width);
}

/** The verdict has the colour of the rows that make it. */
const verdictEffect: Record<GateReport['verdict'], RuleEffect> = {
  pass: 'pass',
  fail: 'fail',
  'evidence-missing': 'missing',
};

const codes: Record<RuleEffect, number> = { pass: 32, warn: 33, fail: 31, missing: 35, skipped: 2 };

function painted(effect: RuleEffect, text: string): string {
  return `\u001b[${codes[effect]}m${text}\u001b[0m`;
}
