export { type CheckResult, questions } from './CheckResult.ts';
export { checkAlgorithm } from './checkAlgorithm.ts';
