import { verdictWords } from '../gate/index.ts';
import { plural, printable, textTable, wrapText } from '../words/index.ts';
import type { History } from './History.ts';
import { nameOf } from './historyOf.ts';
import { courseHeading, courseRows, runHead, runRow } from './historyRows.ts';
import { quantities } from './quantities.ts';

/** Columns where the caller knows none. */
const usualWidth = 100;

/**
 * A history for a terminal: the runs, what the gate says of each, then a table per algorithm and condition.
 *
 * @param width - Columns; sentences are broken at spaces.
 */
export function historyText(history: History, width = usualWidth): string {
  const { runs, courses } = history;
  const verdicts = runs.flatMap(({ gate, ...run }, at) => {
    if (gate === null) return [];
    const text = `${at + 1} ${nameOf(run)} against ${gate.against}: ${verdictWords[gate.verdict]}: ${gate.sentence}`;
    return wrapText(printable(text), width, 2);
  });
  const head = ['run', 'n', ...quantities.map(({ shortName, unit }) => `${shortName}, ${unit}`)];
  const tables = courses.map((course) =>
    [courseHeading(course), ...textTable([head, ...courseRows(course, history)])].join('\n'),
  );
  return `${[
    `${plural(runs.length, 'run', 'runs')}, the oldest first`,
    leftAligned([runHead, ...runs.map(runRow)]).join('\n'),
    ...(verdicts.length === 0 ? [] : [verdicts.join('\n')]),
    ...tables,
    wrapText(
      'success: with its 95 % interval. |wd|: interquartile mean at the end. dose: median until inside the margins. instrument, computing: median of an iteration. –: not reached by half of the trajectories, or nothing to tell.',
      width,
    ).join('\n'),
  ].join('\n\n')}\n`;
}

/** Texts under each other; numbers are not compared here. */
function leftAligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((text, i) => text.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
