export * from './adjustPValues.ts';
export { valueAtBudget } from './fixedBudget.ts';
export {
  costEcdf,
  ecdfArea,
  expectedRunningTime,
  restrictedMean,
  type TargetCost,
} from './fixedTarget.ts';
export * from './Interval.ts';
export * from './incompleteBeta.ts';
export * from './interquartileMean.ts';
export { leastSquaresLine } from './leastSquaresLine.ts';
export * from './mcNemarTest.ts';
export * from './mean.ts';
export * from './median.ts';
export * from './normalDistribution.ts';
export * from './pairedProportionInterval.ts';
export * from './pairsToDecide.ts';
export { performanceProfiles } from './performanceProfile.ts';
export * from './quantile.ts';
export * from './quantileOfAscending.ts';
export * from './resampling/index.ts';
export * from './sampleSd.ts';
export * from './stratifiedBootstrap.ts';
export { wilcoxonSignedRank } from './wilcoxonSignedRank.ts';
export * from './wilsonInterval.ts';
