import { groupedBy } from '../../harness/statistics/index.ts';
import { type Chart, type Mark, type Panel, type Series, seriesOf } from '../chart/index.ts';
import {
  courseMarks,
  foldedView,
  lookOf,
  type MaybeFigure,
  percentAxis,
} from '../figures/index.ts';
import { conditionLabel, conditionNames, formatNumber, seriesLabel } from '../words/index.ts';
import type { History, HistoryCourse } from './History.ts';
import { type Quantity, quantities } from './quantities.ts';

/** Conditions that a figure shows at once. */
const panelsShown = 4;

/** Each quantity over the runs: a panel per condition, a line per algorithm. */
export function historyFigures(history: History): readonly MaybeFigure[] {
  const { courses } = history;
  const series = seriesOf({ groups: courses });
  const conditions = groupedBy(courses, ({ condition }) => conditionLabel(condition));
  const names = conditionNames(courses.map(({ condition }) => condition));
  const panels = [...conditions.values()].map((members) => ({
    heading: conditions.size === 1 ? '' : names.nameOf(members[0].condition),
    members,
  }));
  return quantities.map((quantity) => {
    const isMeasured = ({ members }: ConditionPanel) =>
      members.some(({ points }) =>
        points.some((point) => point !== null && quantity.of(point).value !== null),
      );
    return figureOf(quantity, panels.filter(isMeasured), series, history);
  });
}

interface ConditionPanel {
  readonly heading: string;
  readonly members: readonly HistoryCourse[];
}

function figureOf(
  quantity: Quantity,
  panels: readonly ConditionPanel[],
  series: readonly Series[],
  { runs }: History,
): MaybeFigure {
  const { id, name, unit } = quantity;
  if (panels.length === 0) return { id, title: subjectOf(name), undrawable: 'No run has a value.' };
  const title = titleOf(quantity, panels);
  const chartOf = (shown: readonly ConditionPanel[], chartName: string): Chart => {
    const used = new Set(shown.flatMap(({ members }) => members.map(seriesLabel)));
    return {
      name: chartName,
      title,
      legend: series
        .filter(({ label }) => used.has(label))
        .map((look) => ({ label: look.label, ...lookOf(look) })),
      columns: Math.min(4, shown.length),
      panelHeight: 170,
      panels: shown.map((panel) => panelOf(panel, quantity, series, runs.length)),
    };
  };
  return {
    id,
    title,
    caption: `${name} (${unit}) of each run; runs are numbered as in the table above. Bars: 95 % intervals.`,
    views: [
      foldedView(
        {
          label: name,
          chart: chartOf(panels.slice(0, panelsShown), id),
          further: panels.slice(panelsShown),
          what: 'conditions',
        },
        (further) => chartOf(further, `${id}-further`),
      ),
    ],
  };
}

function panelOf(
  { heading, members }: ConditionPanel,
  { id, shortName, unit, of }: Quantity,
  series: readonly Series[],
  runs: number,
): Panel {
  const courses = members.map((course) => {
    const look = series.find(({ label }) => label === seriesLabel(course));
    const points = course.points.flatMap((point, at) => {
      const { value, low, high } = point === null ? { value: null } : of(point);
      return value === null ? [] : [{ x: at + 1, value, low, high }];
    });
    return { look, points };
  });
  const top = Math.max(
    ...courses.flatMap(({ points }) => points.map(({ value, high }) => Math.max(value, high ?? 0))),
    0,
  );
  const marks = courses.flatMap(({ look, points }): Mark[] => {
    if (look === undefined) return [];
    const { colour } = lookOf(look);
    const bounded = points.flatMap(({ x, low, high }) =>
      low == null || high == null ? [] : [{ x, low, high }],
    );
    return [
      {
        kind: 'intervals',
        along: 'y',
        at: bounded.map(({ x }) => x),
        low: bounded.map(({ low }) => low),
        high: bounded.map(({ high }) => high),
        colour,
        width: 0.6,
        opacity: 0.6,
      },
      ...courseMarks(
        lookOf(look),
        points.map(({ x }) => x),
        points.map(({ value }) => value),
      ),
    ];
  });
  const label = `${shortName} (${unit})`;
  return {
    heading,
    x: { title: 'run', scale: 'linear', range: [0.7, runs + 0.3], isWhole: true },
    y:
      id === 'success'
        ? percentAxis(label)
        : { title: label, scale: 'linear', range: [0, top > 0 ? 1.08 * top : 1] },
    marks,
  };
}

function subjectOf(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** What changed most from the last run but one that has it to the last. */
function titleOf({ name, unit, of }: Quantity, panels: readonly ConditionPanel[]): string {
  const subject = subjectOf(name);
  const pairs = panels.flatMap(({ heading, members }) =>
    members.flatMap((course) => {
      const [last, before] = course.points
        .flatMap((point) => (point === null ? [] : (of(point).value ?? [])))
        .toReversed();
      return last === undefined || before === undefined ? [] : [{ heading, course, before, last }];
    }),
  );
  if (pairs.length === 0) return `${subject}: no run has one before it`;
  const changes = pairs
    .filter(({ before, last }) => last !== before)
    .map((pair) => {
      const { before, last } = pair;
      const size = Math.abs(last - before) / Math.max(Math.abs(last), Math.abs(before));
      return { ...pair, size };
    });
  const [most] = changes.toSorted((p, q) => q.size - p.size);
  if (most === undefined) return `${subject}: unchanged since the run before`;
  const { heading, course, before, last } = most;
  const where = heading === '' ? '' : ` (${heading})`;
  return `${subject}: ${seriesLabel(course)}${where} changed most since the run before, from ${formatNumber(before)} to ${formatNumber(last)} ${unit}`;
}
