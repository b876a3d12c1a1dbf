export * from './drift.ts';
export * from './frameTimeS.ts';
export * from './resampleFrame.ts';
export * from './ScanRaster.ts';
export * from './scanDisplacement.ts';
export * from './scanTiming.ts';
