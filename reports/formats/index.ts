export type { Reporter, ReportFile, ReportInput } from './Reporter.ts';
export * from './reporters.ts';
