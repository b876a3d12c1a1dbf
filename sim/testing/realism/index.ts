export type { PatchContrast } from './patchContrast.ts';
export { type TissueStatistics, tissueStatistics } from './tissueStatistics.ts';
