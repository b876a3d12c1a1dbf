export type { Reporter, ReportFile, ReportInput } from './Reporter.ts';
export { reporters } from './reporters.ts';
