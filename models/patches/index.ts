export * from './cutPatch.ts';
export * from './placePatches.ts';
export * from './resampleRatio.ts';
export { coveredPx } from './resampleWindow.ts';
