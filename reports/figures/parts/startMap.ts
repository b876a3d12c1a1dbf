import { groupedBy } from '../../../harness/statistics/index.ts';
import type { Belonging, Mark, Panel } from '../../chart/index.ts';
import { doseColumns } from '../doseColumns.ts';
import { conditionsOf, type FigureGroup, type FigureInput } from '../FigureInput.ts';
import { categoryAxis } from './axes.ts';
import { startRows } from './startRows.ts';

const panelsShown = 8;

type Records = readonly FigureGroup['records'][number][];

/**
 * Records of the instrument as it is, by algorithm, start and dose (or condition): a map for each
 * algorithm, a cell of size 1 around every whole number.
 *
 * @param isCounted - Others are in no cell, and an algorithm without any has no map.
 * @param cellOf - The text and value of a cell, from its records.
 */
export function startMap<Cell>(
  { main, series }: FigureInput,
  isCounted: (record: Records[number]) => boolean,
  cellOf: (records: Records) => Cell,
) {
  const [starts, columns] = [startRows(main), doseColumns(main)];
  const counted = main.flatMap((group) =>
    group.records.filter(isCounted).map((record) => ({ group, record })),
  );
  const keyOf = (label: string, row: number, column: number) =>
    JSON.stringify([label, row, column]);
  const cells = groupedBy(counted, ({ group, record }) =>
    keyOf(group.look.label, starts.of(record), columns.of(group)),
  );
  const labels = series.flatMap(({ label }) =>
    counted.some(({ group }) => group.look.label === label) ? label : [],
  );
  const at = (label: string, row: number, column: number): Cell =>
    cellOf((cells.get(keyOf(label, row, column)) ?? []).map(({ record }) => record));
  const belongingOf = (label: string, column: number): Required<Belonging> => ({
    series: series.flatMap((look) => (look.label === label ? look.index : [])),
    conditions: conditionsOf(main.filter((group) => columns.of(group) === column)),
  });
  const { length: rows } = starts.labels;
  const { length: across } = columns.labels;
  const panelsOf = (marksOf: (cell: Cell, row: number, column: number) => readonly Mark[]) =>
    labels.slice(0, panelsShown).map(
      (label): Panel => ({
        heading: label,
        isDimmed: true,
        series: belongingOf(label, 0).series,
        x: categoryAxis(columns.labels, { title: columns.title, range: [-0.5, across - 0.5] }),
        y: categoryAxis(starts.labels, { title: starts.title, range: [-0.5, rows - 0.5] }),
        marks: starts.labels.flatMap((_, row) =>
          columns.labels.flatMap((__, column) =>
            marksOf(at(label, row, column), row, column).map((mark) => ({
              ...mark,
              conditions: belongingOf(label, column).conditions,
            })),
          ),
        ),
      }),
    );
  const left = labels.length - panelsShown;
  return {
    starts,
    columns,
    labels,
    belongingOf,
    at,
    panelsOf,
    /** Records in each cell that has any. */
    counts: [...cells.values()].map((records) => records.length),
    panelColumns: Math.min(across > 8 ? 2 : 4, labels.length, panelsShown),
    note: `${starts.note}${left > 0 ? ` ${left} further algorithms are not drawn; they are in the table.` : ''}`,
  };
}

/** The ground of a cell; hatched where it holds nothing. */
export function cellGround(row: number, column: number) {
  return {
    kind: 'rect',
    x: [column - 0.48, column + 0.48],
    y: [row - 0.47, row + 0.47],
    colour: 'o1',
    hatch: 'rising',
  } as const satisfies Mark;
}
