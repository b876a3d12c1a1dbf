export * from './decodeImage.ts';
export * from './encodePng.ts';
export * from './encodeTiff.ts';
export * from './readImageFile.ts';
export * from './writePngFile.ts';
export * from './writeTiffFile.ts';
