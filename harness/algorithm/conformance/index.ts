export * from './CheckResult.ts';
export * from './checkAlgorithm.ts';
