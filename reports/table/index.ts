export { csvText } from './csvText.ts';
export { type DictionaryEntry, dataDictionary } from './dataDictionary.ts';
export { parquetBytes } from './parquetBytes.ts';
export type { SeedNames } from './RunRow.ts';
export { recordTables } from './recordTables.ts';
