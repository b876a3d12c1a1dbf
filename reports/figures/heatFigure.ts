import type { Chart, Mark, Panel } from '../chart/index.ts';
import { conditionNames } from '../html/conditionNames.ts';
import type { MaybeFigure } from './Figure.ts';
import type { FigureGroup, FigureInput } from './FigureInput.ts';

/** Classes of starts made here, where the suite has none. */
const mostClasses = 4;
/** Trajectories in one, at least. */
const leastInClass = 3;
const panelsShown = 8;

/** Share of successes over starts and doses (or conditions), a map per algorithm. */
export function heatFigure(input: FigureInput): MaybeFigure {
  const id = 'heat';
  const title = 'Success by start';
  if (input.main.length === 0) return { id, title, undrawable: 'There are no trajectories.' };
  const starts = startsOf(input.main);
  const columns = columnsOf(input.main);
  if (starts.labels.length < 2) {
    return {
      id,
      title,
      undrawable:
        'All trajectories start equally far from focus, or they are too few to be told apart by it.',
    };
  }
  const cells = new Map<string, Cell>();
  for (const group of input.main) {
    const column = columns.of(group);
    for (const record of group.records) {
      const key = JSON.stringify([group.look.label, starts.of(record), column]);
      const { good, all } = cells.get(key) ?? { good: 0, all: 0 };
      cells.set(key, { good: good + (record.failureClass === undefined ? 1 : 0), all: all + 1 });
    }
  }
  const used = input.series.filter(({ label }) =>
    input.main.some(({ look }) => look.label === label),
  );
  const cellOf = (label: string, row: number, column: number) =>
    cells.get(JSON.stringify([label, row, column]));
  const panels = used.slice(0, panelsShown).map(
    ({ label }): Panel => ({
      heading: label,
      x: {
        title: columns.title,
        scale: 'linear',
        range: [-0.5, columns.labels.length - 0.5],
        ticks: columns.labels.map((text, at) => ({ at, label: text })),
        hasGrid: false,
      },
      y: {
        title: starts.title,
        scale: 'linear',
        range: [-0.5, starts.labels.length - 0.5],
        ticks: starts.labels.map((text, at) => ({ at, label: text })),
        hasGrid: false,
      },
      marks: starts.labels.flatMap((_, row) =>
        columns.labels.map((__, column) => rectOf(cellOf(label, row, column), row, column)),
      ),
    }),
  );
  const finding = titleOf(
    used.map(({ label }) => label),
    starts.labels.map((label) => label + starts.unit),
    (label, row) => {
      const all = columns.labels.map(
        (_, column) => cellOf(label, row, column) ?? { good: 0, all: 0 },
      );
      return all.reduce((sum, one) => ({ good: sum.good + one.good, all: sum.all + one.all }));
    },
  );
  const chart: Chart = {
    name: 'heat',
    title: finding,
    legend: [],
    columns: Math.min(columns.labels.length > 8 ? 2 : 4, panels.length),
    panelHeight: Math.max(90, 34 * starts.labels.length),
    panels,
  };
  const left = used.length - panels.length;
  return {
    id,
    title: finding,
    caption: `Each cell: successes in percent of the trajectories from such starts, the stronger the colour, the more; hatched where there are none. ${starts.note}${left > 0 ? ` ${left} further algorithms are not drawn; they are in the table.` : ''}`,
    views: [{ label: 'all', chart }],
    table: {
      head: ['algorithm', 'start', ...columns.labels],
      rows: used.flatMap(({ label }) =>
        starts.labels.map((text, row) => [
          label,
          text,
          ...columns.labels.map((_, column) => {
            const cell = cellOf(label, row, column);
            return cell ? `${cell.good} of ${cell.all}` : '–';
          }),
        ]),
      ),
    },
  };
}

interface Cell {
  readonly good: number;
  readonly all: number;
}

function rectOf(cell: Cell | undefined, row: number, column: number): Mark {
  const place = {
    kind: 'rect' as const,
    x: [column - 0.48, column + 0.48] as const,
    y: [row - 0.47, row + 0.47] as const,
  };
  if (cell === undefined) return { ...place, colour: 'o1', hatch: 'rising' };
  const share = cell.good / cell.all;
  return {
    ...place,
    colour: 'heat',
    opacity: 0.04 + 0.92 * share,
    text: String(Math.round(100 * share)),
  };
}

interface Rows {
  readonly title: string;
  readonly labels: readonly string[];
  readonly of: (record: FigureGroup['records'][number]) => number;
  readonly note: string;
  readonly unit: string;
}

/** Classes of the suite; the offsets themselves where they are few; else quarters of the distances. */
function startsOf(groups: readonly FigureGroup[]): Rows {
  const records = groups.flatMap((group) => [...group.records]);
  const strata = [...new Set(records.map(({ scenario }) => scenario.stratum ?? ''))].sort();
  if (strata.length > 1) {
    return {
      title: 'start',
      labels: strata.map((stratum) => (stratum === '' ? 'without a class' : stratum)),
      of: ({ scenario }) => strata.indexOf(scenario.stratum ?? ''),
      note: 'Classes of starts are those of the suite.',
      unit: '',
    };
  }
  const offsets = [
    ...new Set(records.map(({ scenario }) => scenario.start.workingDistanceUm)),
  ].sort((p, q) => p - q);
  const fewest = Math.min(...groups.map((group) => group.records.length));
  if (offsets.length <= 12 && 2 * offsets.length <= fewest) {
    return {
      title: 'start, wd (µm)',
      labels: offsets.map((um) =>
        `${um > 0 ? '+' : ''}${Number(um.toPrecision(3))}`.replace('-', '−'),
      ),
      of: ({ scenario }) => offsets.indexOf(scenario.start.workingDistanceUm),
      note: 'Rows: working distance at the start, from best focus.',
      unit: ' µm',
    };
  }
  const ascending = offsets.map(Math.abs).sort((p, q) => p - q);
  const startClasses = Math.max(1, Math.min(mostClasses, Math.floor(fewest / leastInClass)));
  const edges = Array.from({ length: startClasses + 1 }, (_, i) => {
    const at = ascending[Math.round((i / startClasses) * (ascending.length - 1))];
    return Number((at ?? 0).toPrecision(2));
  });
  return {
    title: 'start, |wd| (µm)',
    labels: edges.slice(1).map((edge, i) => `${edges[i]} to ${edge}`),
    of: ({ scenario }) => {
      const size = Math.abs(scenario.start.workingDistanceUm);
      const above = edges.slice(1, -1).findIndex((edge) => size < edge);
      return above === -1 ? startClasses - 1 : above;
    },
    note: 'Rows: distance of the working distance from focus at the start, in classes of equally many trajectories.',
    unit: ' µm',
  };
}

interface Columns {
  readonly title: string;
  readonly labels: readonly string[];
  readonly of: (group: FigureGroup) => number;
}

/** Doses where there are several, conditions otherwise. */
function columnsOf(groups: readonly FigureGroup[]): Columns {
  const dwells = [...new Set(groups.map(({ summary }) => summary.condition.dwellTimeNs))].sort(
    (p, q) => p - q,
  );
  if (dwells.length > 1) {
    return {
      title: 'dwell time (ns)',
      labels: dwells.map((ns) => String(Number(ns.toPrecision(3)))),
      of: ({ summary }) => dwells.indexOf(summary.condition.dwellTimeNs),
    };
  }
  const names = conditionNames(groups.map(({ summary }) => summary.condition));
  const found = [...new Set(groups.map(({ summary }) => names.nameOf(summary.condition)))];
  const labels = found.length === 1 ? [''] : found;
  return {
    title: labels.length > 1 ? 'condition' : '',
    labels,
    of: ({ summary }) => found.indexOf(names.nameOf(summary.condition)),
  };
}

/** The weakest row of any algorithm. */
function titleOf(
  algorithms: readonly string[],
  starts: readonly string[],
  of: (label: string, row: number) => Cell,
): string {
  const rows = algorithms.flatMap((label) =>
    starts.map((start, row) => ({ label, start, ...of(label, row) })),
  );
  const filled = rows.filter(({ all }) => all > 0);
  const weakest = filled.reduce((a, b) => (b.good / b.all < a.good / a.all ? b : a));
  if (weakest.good === weakest.all) return 'Every algorithm succeeds from every start';
  return `Weakest: ${weakest.label} from starts of ${weakest.start}, ${weakest.good} of ${weakest.all} trajectories`;
}
