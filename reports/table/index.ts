export * from './csvText.ts';
export * from './dataDictionary.ts';
export { parquetBytes } from './parquetBytes.ts';
export type { SeedNames } from './RunRow.ts';
export * from './recordTables.ts';
