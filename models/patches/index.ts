export { cutPatch } from './cutPatch.ts';
export { assertPatchFits, type PatchPlace, placePatches } from './placePatches.ts';
export { resampleRatio } from './resampleRatio.ts';
export { coveredPx } from './resampleWindow.ts';
