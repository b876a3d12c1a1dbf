export * from './AlgorithmEntry.ts';
export * from './AutofocusAlgorithm.ts';
export { correctByPairs } from './correctByPairs.ts';
export * from './isClearlyBlurrier.ts';
export * from './PairEstimator.ts';
export * from './plugin/index.ts';
export * from './sharpnessTiles.ts';
export { simplexSearchOptions, simplexSearchSchema } from './simplexParameters.ts';
export * from './takeSteps.ts';
