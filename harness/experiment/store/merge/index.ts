export { missingText } from './combineSources.ts';
export { type Merged, mergeResults } from './mergeResults.ts';
