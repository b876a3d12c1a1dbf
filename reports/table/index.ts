export * from './Column.ts';
export * from './csvText.ts';
export * from './dataDictionary.ts';
export * from './parquetBytes.ts';
export * from './RunRow.ts';
export * from './recordTables.ts';
