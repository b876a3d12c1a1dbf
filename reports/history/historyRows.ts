import { conditionLabel, printable, seriesLabel } from '../words/index.ts';
import type { History, HistoryCourse, HistoryRun } from './History.ts';
import { nameOf } from './historyOf.ts';
import { measuredText, quantities } from './quantities.ts';

const shaDigits = 12;

export const runHead = ['', 'run', 'began (UTC)', 'commit', 'suite', 'trajectories', 'tags'];

/** A run in a line; its number is what figures and tables call it. */
export function runRow(run: HistoryRun, at: number): readonly string[] {
  const { startedAt, gitShas, gitDirty, suite, trajectories, planned, tags } = run;
  const commit = gitShas?.map((sha) => sha.slice(0, shaDigits)).join(' ') ?? 'not recorded';
  return [
    String(at + 1),
    printable(nameOf(run)),
    startedAt === null ? '–' : startedAt.first.slice(0, 16).replace('T', ' '),
    gitDirty ? `${commit} (dirty)` : commit,
    printable(suite),
    trajectories === planned ? String(planned) : `${trajectories} of ${planned}`,
    printable(tags.join(', ')) || '–',
  ];
}

export function courseHeading(course: HistoryCourse): string {
  return `${seriesLabel(course)}: ${conditionLabel(course.condition)}`;
}

export const courseHead = ['run', 'n', ...quantities.map(({ name, unit }) => `${name}, ${unit}`)];

/** The runs that have this course, a line each. */
export function courseRows({ points }: HistoryCourse, { runs }: History): readonly string[][] {
  return points.flatMap((point, at) => {
    const run = runs[at];
    if (point === null || run === undefined) return [];
    const cells = quantities.map(({ of }) => measuredText(of(point)));
    return [[`${at + 1} ${printable(nameOf(run))}`, String(point.trajectories), ...cells]];
  });
}
