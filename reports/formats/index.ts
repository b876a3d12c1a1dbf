export type { Reporter, ReportInput, StoredBaseline, StoredRecord } from './Reporter.ts';
export { reporters } from './reporters.ts';
