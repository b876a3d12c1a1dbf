export { type MissingShard, missingText } from './combineSources.ts';
export * from './firstDifference.ts';
export * from './mergeResults.ts';
