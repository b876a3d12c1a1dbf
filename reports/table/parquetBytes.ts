import { parquetWriteBuffer } from 'hyparquet-writer';
import type { ColumnType, FilledColumn, Table } from './Column.ts';
import type { DictionaryEntry } from './dataDictionary.ts';

const types = {
  text: 'STRING',
  json: 'STRING',
  whole: 'INT64',
  number: 'DOUBLE',
  flag: 'BOOLEAN',
} as const satisfies Record<ColumnType, string>;

/** Under which the data dictionary is in the file, as JSON. */
export const dictionaryMetadataKey = 'semfocus.dictionary';

/**
 * A table as Parquet: text as strings (JSON as well), whole numbers as 64-bit integers, numbers as
 * doubles, what has no value as null. The data dictionary is in the metadata of the file.
 *
 * @returns a whole file.
 */
export function parquetBytes(
  { name, columns }: Table,
  dictionary: readonly DictionaryEntry[],
): Uint8Array {
  const buffer = parquetWriteBuffer({
    columnData: columns.map((column) => ({
      name: column.name,
      data: stored(column),
      type: types[column.type],
      nullable: true,
    })),
    kvMetadata: [
      {
        key: dictionaryMetadataKey,
        value: JSON.stringify(dictionary.filter(({ table }) => table === name)),
      },
    ],
    createdBy: 'semfocus',
  });
  return new Uint8Array(buffer);
}

function stored({ type, cells }: FilledColumn) {
  return cells.map((value) => {
    if (value === undefined) return null;
    return type === 'whole' && typeof value === 'number' ? BigInt(value) : value;
  });
}
