import type { Chart, Mark } from '../chart/index.ts';
import { doseColumns } from './doseColumns.ts';
import { rangeText } from './extent.ts';
import type { MaybeFigure } from './Figure.ts';
import type { FigureInput } from './FigureInput.ts';
import { startMapPanel } from './startMapPanel.ts';
import { startRows } from './startRows.ts';

const panelsShown = 8;

/** Share of successes over starts and doses (or conditions), a map per algorithm. */
export function heatFigure(input: FigureInput): MaybeFigure {
  const id = 'heat';
  const title = 'Success by start';
  if (input.main.length === 0) return { id, title, undrawable: 'There are no trajectories.' };
  const starts = startRows(input.main);
  const columns = doseColumns(input.main);
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
  const panels = used
    .slice(0, panelsShown)
    .map(({ label }) =>
      startMapPanel(label, starts, columns, (row, column) => [
        rectOf(cellOf(label, row, column), row, column),
      ]),
    );
  const finding = titleOf(
    used.map(({ label }) => label),
    starts.labels.map((_, row) => starts.inWords(row)),
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
    caption: `Each cell: successes in percent of the trajectories from such starts, the stronger the colour, the more; hatched where there are none (n = ${rangeText([...cells.values()].map(({ all }) => all))} in a cell). ${starts.note}${left > 0 ? ` ${left} further algorithms are not drawn; they are in the table.` : ''}`,
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
  return `Weakest: ${weakest.label} from ${weakest.start}, ${weakest.good} of ${weakest.all} trajectories`;
}
