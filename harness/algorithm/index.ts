export * from './AlgorithmEntry.ts';
export * from './AutofocusAlgorithm.ts';
export * from './correctByPairs.ts';
export * from './estimateAnswer.ts';
export * from './ownName.ts';
export * from './PairEstimator.ts';
export * from './simplexParameters.ts';
export * from './withDefaults.ts';
