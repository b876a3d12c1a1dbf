export * from './contactSheet.ts';
export * from './decodeImage.ts';
export * from './encodePng.ts';
export * from './readImageFile.ts';
export { rowMajorValues } from './rowMajorValues.ts';
export * from './writeNpyFile.ts';
export * from './writePngFile.ts';
export * from './writeTiffFile.ts';
