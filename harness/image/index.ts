export * from './contactSheet.ts';
export * from './decodeImage.ts';
export * from './encodePng.ts';
export * from './encodeTiff.ts';
export * from './openLabelFont.ts';
export * from './readImageFile.ts';
export * from './writePngFile.ts';
export * from './writeTiffFile.ts';
