export * from './AutofocusAlgorithm.ts';
export * from './correctByPairs.ts';
export * from './PairEstimator.ts';
export * from './simplexParameters.ts';
