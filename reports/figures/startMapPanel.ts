import type { Mark, Panel } from '../chart/index.ts';
import type { DoseColumns } from './doseColumns.ts';
import type { StartRows } from './startRows.ts';

/** An empty map of starts by doses (or conditions), a cell of size 1 around every whole number, with its marks. */
export function startMapPanel(
  heading: string,
  starts: StartRows,
  columns: DoseColumns,
  marksOf: (row: number, column: number) => readonly Mark[],
): Panel {
  const axis = ({ title, labels }: { title: string; labels: readonly string[] }) => ({
    title,
    scale: 'linear' as const,
    range: [-0.5, labels.length - 0.5] as const,
    ticks: labels.map((label, at) => ({ at, label })),
    hasGrid: false,
  });
  return {
    heading,
    x: axis(columns),
    y: axis(starts),
    marks: starts.labels.flatMap((_, row) =>
      columns.labels.flatMap((__, column) => marksOf(row, column)),
    ),
  };
}
