export {
  type DefocusedFrameStatistics,
  type DefocusedPairStatistics,
  defocusStatistics,
} from './defocusStatistics.ts';
export { type TissueStatistics, tissueStatistics } from './tissueStatistics.ts';
