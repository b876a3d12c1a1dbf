import { stigmatorUnit } from '../words/index.ts';

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
  /** For people; empty for texts and counts without a unit. */
  readonly unit: string;
  /** One or two sentences; says when a cell is empty. */
  readonly meaning: string;
  readonly of: (row: Row) => CellValue;
}

type ColumnMaker<Row> = (name: string, meaning: string, of: Column<Row>['of']) => Column<Row>;

/** What makes a column of each type; its unit is read off the end of its name. */
export function columnsOf<Row>(): Readonly<Record<ColumnType, ColumnMaker<Row>>> {
  const maker =
    (type: ColumnType): ColumnMaker<Row> =>
    (name, meaning, of) => ({ name, type, unit: unitOf(name), meaning, of });
  return {
    text: maker('text'),
    json: maker('json'),
    whole: maker('whole'),
    number: maker('number'),
    flag: maker('flag'),
  };
}

const units: readonly (readonly [RegExp, string])[] = [
  [/Um$/, 'um'],
  [/Nm$/, 'nm'],
  [/Ns$/, 'ns'],
  [/Ms$/, 'ms'],
  [/S$/, 's'],
  [/Px$|^pixelsTotal$/, 'px'],
  [/ElectronsPerNm2/, 'e/nm2'],
  [/^electrons/, 'electrons'],
  [/[sS]tigmator[XY]?$/, stigmatorUnit],
];

function unitOf(name: string): string {
  return units.find(([end]) => end.test(name))?.[1] ?? '';
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
