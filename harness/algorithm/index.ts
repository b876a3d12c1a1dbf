export * from './AutofocusAlgorithm.ts';
export * from './PairEstimator.ts';
