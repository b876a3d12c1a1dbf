export { contactSheet, type SheetContent } from './contactSheet.ts';
export { decodeImage } from './decodeImage.ts';
export { encodePng } from './encodePng.ts';
export { readImageFile, readStatedImage } from './readImageFile.ts';
export { rowMajorValues } from './rowMajorValues.ts';
export type { StatedSettings } from './stated/StatedSettings.ts';
export { writeNpyFile } from './writeNpyFile.ts';
export { writePngFile } from './writePngFile.ts';
export { writeTiffFile } from './writeTiffFile.ts';
