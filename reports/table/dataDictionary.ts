import type { ColumnType } from './Column.ts';
import { iterationColumns } from './iterationColumns.ts';
import { runColumns } from './runColumns.ts';

/** What one column holds. */
export interface DictionaryEntry {
  readonly table: 'runs' | 'iterations';
  readonly column: string;
  readonly type: ColumnType;
  /** Empty where there is none. */
  readonly unit: string;
  readonly meaning: string;
}

/** Every column of every table that semfocus exports: each column describes itself. */
export const dataDictionary: readonly DictionaryEntry[] = [
  ...runColumns.map((column) => ({ table: 'runs' as const, ...column })),
  ...iterationColumns.map((column) => ({ table: 'iterations' as const, ...column })),
].map(({ table, name: column, type, unit, meaning }) => ({ table, column, type, unit, meaning }));
