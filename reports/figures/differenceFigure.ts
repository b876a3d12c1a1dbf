import type { TrajectoryRecord } from '../../harness/record/index.ts';
import type { Chart, LegendEntry, Mark } from '../chart/index.ts';
import { signed } from '../words/index.ts';
import type { MaybeFigure } from './Figure.ts';
import type { FigureInput } from './FigureInput.ts';
import { rangeText } from './parts/extent.ts';
import { cellGround, startMap } from './parts/startMap.ts';

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
  const map = startMap(
    input,
    ({ key }) => baseOf.has(key),
    (records): Cell => {
      const isGood = (one: TrajectoryRecord | undefined) => one?.failureClass === undefined;
      const changed = records.filter((one) => isGood(one) !== isGood(baseOf.get(one.key)));
      const won = changed.filter(isGood).length;
      return { lost: changed.length - won, won, pairs: records.length };
    },
  );
  if (map.counts.length === 0) {
    return {
      id,
      title: 'Success against the baseline',
      undrawable: 'No scenario was met by both runs.',
    };
  }
  const { starts, columns } = map;
  const cells = map.labels.flatMap((label) =>
    starts.labels.flatMap((start, row) =>
      columns.labels.map((column, at) => ({
        ...{ label, start, column, belonging: map.belongingOf(label, at) },
        name: `${label} from ${starts.inWords(row)}${column === '' ? '' : `, ${column}${columns.unit}`}`,
        ...map.at(label, row, at),
      })),
    ),
  );
  const title = titleOf(cells);
  const legend: LegendEntry[] = [
    { label: 'won', colour: 'heat', area: { opacity: 0.6 } },
    { label: 'lost', colour: 'bad', area: { opacity: 0.6 } },
  ];
  if (cells.some(({ pairs }) => pairs === 0)) {
    legend.push({ label: 'no pairs', colour: 'o1', area: { hatch: 'rising' } });
  }
  const chart: Chart = {
    name: 'difference',
    title,
    legend,
    columns: map.panelColumns,
    panelHeight: Math.max(90, 40 * starts.labels.length),
    panels: map.panelsOf(cellMarks),
  };
  return {
    id,
    title,
    caption: `Each cell: success rate of this run minus that of the baseline, in points, and below it the number of scenarios that both met (n = ${rangeText(map.counts)}). A single cell proves little: the rules of the gate decide whether a change is more than chance. ${map.note}`,
    views: [{ label: 'all', chart }],
    table: {
      head: [
        ...['algorithm', 'start', columns.title === '' ? 'condition' : columns.title],
        ...['pairs', 'lost', 'won', 'difference, points'],
      ],
      rows: cells.map(({ label, start, column, pairs, lost, won, belonging }) => {
        const change = pairs === 0 ? '–' : pointsText({ lost, won, pairs });
        return { ...belonging, cells: [label, start, column, pairs, lost, won, change] };
      }),
    },
  };
}

/** Scenarios that both runs met. */
interface Cell {
  readonly lost: number;
  readonly won: number;
  readonly pairs: number;
}

/** The difference above, the number of pairs below. */
function cellMarks(cell: Cell, row: number, column: number): readonly Mark[] {
  const empty = cellGround(row, column);
  if (cell.pairs === 0) return [empty];
  const { x, y: whole } = empty;
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
  return signed(Math.round((100 * (won - lost)) / pairs), String);
}

/** Totals lost and won, and the cell with most losses, or else wins. */
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
