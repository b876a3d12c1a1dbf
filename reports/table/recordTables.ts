import type { TrajectoryRecord } from '../../harness/record/index.ts';
import type { Column, FilledColumn, Table } from './Column.ts';
import { iterationColumns } from './iterationColumns.ts';
import { runRow, type SeedNames } from './RunRow.ts';
import { runColumns } from './runColumns.ts';

/**
 * Records as two tables, in the order of the records. Numbers are those of the records, not rounded.
 *
 * @param seedNames - Secret seeds, which must not get into a file that is passed on: neither they
 *   nor the seeds of specimens that were made of them are in the tables.
 */
export function recordTables(
  records: readonly TrajectoryRecord[],
  seedNames: SeedNames,
): readonly [runs: Table, iterations: Table] {
  const runs = records.map((record) => runRow(record, seedNames));
  const rows = runs.flatMap((run) => run.record.iterations.map((row) => ({ run, row })));
  return [
    { name: 'runs', rows: runs.length, columns: fill(runColumns, runs) },
    { name: 'iterations', rows: rows.length, columns: fill(iterationColumns, rows) },
  ];
}

function fill<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): FilledColumn[] {
  return columns.map(({ of, ...column }) => ({ ...column, cells: rows.map(of) }));
}
