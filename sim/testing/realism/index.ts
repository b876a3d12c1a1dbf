export { type TissueStatistics, tissueStatistics } from './tissueStatistics.ts';
