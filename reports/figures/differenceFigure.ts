import type { TrajectoryRecord } from '../../harness/record/index.ts';
import type { Chart, Mark } from '../chart/index.ts';
import { doseColumns } from './doseColumns.ts';
import { rangeText } from './extent.ts';
import type { MaybeFigure } from './Figure.ts';
import type { FigureInput } from './FigureInput.ts';
import { startMapPanel } from './startMapPanel.ts';
import { startRows } from './startRows.ts';

const panelsShown = 8;
/** Share of successes that changed, at which a cell has its full colour. */
const fullAt = 0.5;

/**
 * What a run wins and loses against its baseline over starts and doses, a map per algorithm.
 *
 * @param baseOf - By key of a record of the run: the record of the baseline that met the same
 *   scenario.
 */
export function differenceFigure(
  input: FigureInput,
  baseOf: ReadonlyMap<string, TrajectoryRecord>,
): MaybeFigure {
  const id = 'difference';
  const starts = startRows(input.main);
  const columns = doseColumns(input.main);
  const cells = new Map<string, Cell>();
  for (const group of input.main) {
    const column = columns.of(group);
    for (const record of group.records) {
      const base = baseOf.get(record.key);
      if (base === undefined) continue;
      const key = JSON.stringify([group.look.label, starts.of(record), column]);
      const cell = cells.get(key) ?? nothing;
      const [was, is] = [base, record].map(({ failureClass }) => failureClass === undefined);
      cells.set(key, {
        lost: cell.lost + (was === true && is === false ? 1 : 0),
        won: cell.won + (was === false && is === true ? 1 : 0),
        pairs: cell.pairs + 1,
      });
    }
  }
  if (cells.size === 0) {
    return {
      id,
      title: 'Success against the baseline',
      undrawable: 'No scenario was met by both runs.',
    };
  }
  const used = input.series.filter(({ label }) =>
    input.main.some(({ look, records }) => look.label === label && records.some(isIn(baseOf))),
  );
  const cellOf = (label: string, row: number, column: number) =>
    cells.get(JSON.stringify([label, row, column]));
  const panels = used
    .slice(0, panelsShown)
    .map(({ label }) =>
      startMapPanel(label, starts, columns, (row, column) =>
        cellMarks(cellOf(label, row, column), row, column),
      ),
    );
  const named = used.flatMap(({ label }) =>
    starts.labels.flatMap((_, row) =>
      columns.labels.map((column, at) => ({
        name: `${label} from ${starts.inWords(row)}${column === '' ? '' : `, ${column}${columns.unit}`}`,
        ...(cellOf(label, row, at) ?? nothing),
      })),
    ),
  );
  const title = titleOf(named);
  const hasEmpty = named.some((cell) => cell.pairs === 0);
  const chart: Chart = {
    name: 'difference',
    title,
    legend: [
      { label: 'won', colour: 'heat', area: { opacity: 0.6 } },
      { label: 'lost', colour: 'bad', area: { opacity: 0.6 } },
      ...(hasEmpty
        ? [{ label: 'no pairs', colour: 'o1' as const, area: { hatch: 'rising' as const } }]
        : []),
    ],
    columns: Math.min(columns.labels.length > 8 ? 2 : 4, panels.length),
    panelHeight: Math.max(90, 40 * starts.labels.length),
    panels,
  };
  const left = used.length - panels.length;
  const pairs = [...cells.values()].map((cell) => cell.pairs);
  return {
    id,
    title,
    caption: `Each cell: success rate of this run minus that of the baseline, in points, and below it the number of scenarios that both met (n = ${rangeText(pairs)}). A single cell proves little: whether a change is more than chance, the rules of the gate say. ${starts.note}${left > 0 ? ` ${left} further algorithms are not drawn; they are in the table.` : ''}`,
    views: [{ label: 'all', chart }],
    table: {
      head: [
        'algorithm',
        'start',
        columns.title === '' ? 'condition' : columns.title,
        'pairs',
        'lost',
        'won',
        'difference, points',
      ],
      rows: used.flatMap(({ label }) =>
        starts.labels.flatMap((start, row) =>
          columns.labels.map((column, at) => {
            const cell = cellOf(label, row, at) ?? nothing;
            const change = cell.pairs === 0 ? '–' : pointsText(cell);
            return [label, start, column, cell.pairs, cell.lost, cell.won, change];
          }),
        ),
      ),
    },
  };
}

/** Scenarios that both runs met. */
interface Cell {
  readonly lost: number;
  readonly won: number;
  readonly pairs: number;
}

const nothing: Cell = { lost: 0, won: 0, pairs: 0 };

function isIn(baseOf: ReadonlyMap<string, TrajectoryRecord>) {
  return ({ key }: TrajectoryRecord) => baseOf.has(key);
}

/** The difference above, the number of pairs below. */
function cellMarks(cell: Cell | undefined, row: number, column: number): readonly Mark[] {
  const x = [column - 0.48, column + 0.48] as const;
  const whole = [row - 0.47, row + 0.47] as const;
  if (cell === undefined) return [{ kind: 'rect', x, y: whole, colour: 'o1', hatch: 'rising' }];
  const net = cell.won - cell.lost;
  const share = Math.min(1, Math.abs(net) / cell.pairs / fullAt);
  const ground = {
    kind: 'rect' as const,
    x,
    colour: net < 0 ? ('bad' as const) : ('heat' as const),
    // Ink stays readable on all of them.
    opacity: net === 0 ? 0.04 : 0.12 + 0.4 * share,
  };
  const middle = row - 0.05;
  return [
    { ...ground, y: [middle, whole[1]], text: pointsText(cell) },
    { ...ground, y: [whole[0], middle], text: `n ${cell.pairs}` },
  ];
}

function pointsText({ lost, won, pairs }: Cell): string {
  const points = Math.round((100 * (won - lost)) / pairs);
  return points === 0 ? '0' : `${points > 0 ? '+' : '−'}${Math.abs(points)}`;
}

/** What was lost and won in all, and where most was lost, or else won. */
function titleOf(cells: readonly (Cell & { readonly name: string })[]): string {
  const sum = (of: (cell: Cell) => number) => cells.reduce((all, cell) => all + of(cell), 0);
  const [lost, won] = [sum((cell) => cell.lost), sum((cell) => cell.won)];
  if (lost + won === 0) return 'Against the baseline no scenario was lost or won';
  const inAll = `Against the baseline ${lost} lost, ${won} won of ${sum(({ pairs }) => pairs)} scenarios`;
  const net = (cell: Cell) => cell.lost - cell.won;
  const worst = cells.reduce((a, b) => (net(b) > net(a) ? b : a));
  if (net(worst) > 0) {
    return `${inAll}; most lost: ${worst.name}, ${worst.lost} of ${worst.pairs}`;
  }
  const best = cells.reduce((a, b) => (net(b) < net(a) ? b : a));
  return net(best) < 0 ? `${inAll}; most won: ${best.name}, ${best.won} of ${best.pairs}` : inAll;
}
