export * from './drift.ts';
export * from './frameTimeS.ts';
export * from './resampleFrame.ts';
export * from './ScanRaster.ts';
export { type ScanDisplacement, scanDisplacement } from './scanDisplacement.ts';
export { scanTiming } from './scanTiming.ts';
