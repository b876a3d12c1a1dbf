/** What a cell may hold; `undefined` where the quantity does not apply or was not recorded. */
export type CellValue = string | number | boolean | undefined;

/**
 * `whole` and `number` are both numbers; `json` is text that holds JSON; `flag` is true or false.
 */
export type ColumnType = 'text' | 'json' | 'whole' | 'number' | 'flag';

/** A column of a table, and its entry in the data dictionary. */
export interface Column<Row> {
  /** Ends in the unit where it has one. */
  readonly name: string;
  readonly type: ColumnType;
  /** For people; absent for texts and counts without a unit. */
  readonly unit?: string;
  /** One or two sentences; says when a cell is empty. */
  readonly meaning: string;
  readonly of: (row: Row) => CellValue;
}

/** A column with its cells. */
export interface FilledColumn extends Omit<Column<never>, 'of'> {
  readonly cells: readonly CellValue[];
}

/** One row per trajectory, or one per iteration of every trajectory. */
export interface Table {
  readonly name: 'runs' | 'iterations';
  readonly rows: number;
  readonly columns: readonly FilledColumn[];
}
