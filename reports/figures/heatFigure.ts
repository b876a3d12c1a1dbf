import type { Chart, Mark } from '../chart/index.ts';
import type { MaybeFigure } from './Figure.ts';
import type { FigureInput } from './FigureInput.ts';
import { rangeText } from './parts/extent.ts';
import { cellGround, startMap } from './parts/startMap.ts';

/** Share of successes over starts and doses (or conditions), a map per algorithm. */
export function heatFigure(input: FigureInput): MaybeFigure {
  const id = 'heat';
  const subject = 'Success by start';
  if (input.main.length === 0) {
    return { id, title: subject, undrawable: 'There are no trajectories.' };
  }
  const map = startMap(
    input,
    () => true,
    (records): Cell => ({
      good: records.filter(({ failureClass }) => failureClass === undefined).length,
      all: records.length,
    }),
  );
  const { starts, columns, labels, at } = map;
  if (starts.labels.length < 2) {
    return {
      id,
      title: subject,
      undrawable:
        'All trajectories start equally far from focus, or they are too few to be told apart by it.',
    };
  }
  const rows = labels.flatMap((label) =>
    starts.labels.map((text, row) => ({
      label,
      text,
      start: starts.inWords(row),
      cells: columns.labels.map((_, column) => at(label, row, column)),
    })),
  );
  const title = titleOf(rows);
  const chart: Chart = {
    name: 'heat',
    title,
    legend: [],
    columns: map.panelColumns,
    panelHeight: Math.max(90, 34 * starts.labels.length),
    panels: map.panelsOf((cell, row, column) => [rectOf(cell, row, column)]),
  };
  return {
    id,
    title,
    caption: `Each cell: successes in percent of the trajectories from these starts. A stronger colour means more successes; a hatched cell has none (n = ${rangeText(map.counts)} in a cell). ${map.note}`,
    views: [{ label: 'all', chart }],
    table: {
      head: ['algorithm', 'start', ...columns.labels],
      columns: [
        {},
        {},
        ...columns.labels.map((_, column) => ({
          conditions: map.belongingOf('', column).conditions,
        })),
      ],
      rows: rows.map(({ label, text, cells }) => ({
        series: map.belongingOf(label, 0).series,
        cells: [
          label,
          text,
          ...cells.map(({ good, all }) => (all === 0 ? '–' : `${good} of ${all}`)),
        ],
      })),
    },
  };
}

interface Cell {
  readonly good: number;
  readonly all: number;
}

function rectOf({ good, all }: Cell, row: number, column: number): Mark {
  const ground = cellGround(row, column);
  if (all === 0) return ground;
  const { hatch: _, ...plain } = ground;
  const share = good / all;
  const text = String(Math.round(100 * share));
  return { ...plain, colour: 'heat', opacity: 0.04 + 0.92 * share, text };
}

/** The weakest row of any algorithm. */
function titleOf(
  rows: readonly { readonly label: string; readonly start: string; readonly cells: Cell[] }[],
): string {
  const filled = rows
    .map(({ cells, ...row }) => ({
      ...row,
      good: cells.reduce((sum, cell) => sum + cell.good, 0),
      all: cells.reduce((sum, cell) => sum + cell.all, 0),
    }))
    .filter(({ all }) => all > 0);
  const weakest = filled.reduce((a, b) => (b.good / b.all < a.good / a.all ? b : a));
  if (weakest.good === weakest.all) return 'Every algorithm succeeds from every start';
  return `Weakest: ${weakest.label} from ${weakest.start}, ${weakest.good} of ${weakest.all} trajectories`;
}
