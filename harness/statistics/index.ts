export { benjaminiHochbergAdjust, holmAdjust } from './adjustPValues.ts';
export { valueAtBudget } from './fixedBudget.ts';
export {
  costEcdf,
  ecdfArea,
  expectedRunningTime,
  restrictedMean,
  type TargetCost,
} from './fixedTarget.ts';
export { groupedBy } from './groupedBy.ts';
export type { Interval } from './Interval.ts';
export { incompleteBeta } from './incompleteBeta.ts';
export { interquartileMean, interquartileMeanOfAscending } from './interquartileMean.ts';
export { leastSquaresLine } from './leastSquaresLine.ts';
export { mcNemarTest } from './mcNemarTest.ts';
export { mean } from './mean.ts';
export { median } from './median.ts';
export { normal80, normal975, normalCdf, normalQuantile } from './normalDistribution.ts';
export { pairedProportionInterval } from './pairedProportionInterval.ts';
export { leastPairsThatDiffer, pairsToDecide } from './pairsToDecide.ts';
export { performanceProfiles } from './performanceProfile.ts';
export { quantile } from './quantile.ts';
export { quantileOfAscending } from './quantileOfAscending.ts';
export { bootstrapResamples, type ResampleStatistic, Resamples } from './resampling/Resamples.ts';
export { resampledEcdfArea } from './resampling/resampledEcdfArea.ts';
export { resampledInterquartileMean } from './resampling/resampledInterquartileMean.ts';
export { resampledLine } from './resampling/resampledLine.ts';
export { resampledQuantile } from './resampling/resampledQuantile.ts';
export { resampledRunningTime } from './resampling/resampledRunningTime.ts';
export { sampleSd } from './sampleSd.ts';
export { type Samples, stratifiedBootstrap } from './stratifiedBootstrap.ts';
export { normalScoreOfT, tOfNormalScore } from './studentT.ts';
export { wilcoxonSignedRank } from './wilcoxonSignedRank.ts';
export { wilsonInterval } from './wilsonInterval.ts';
