export * from './cutPatch.ts';
export * from './placePatches.ts';
export * from './resampleRatio.ts';
export * from './resampleWindow.ts';
