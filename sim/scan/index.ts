export { type Drift, drift } from './drift.ts';
export { frameTimeS } from './frameTimeS.ts';
export { resampleFrame, resamplePaddingPx } from './resampleFrame.ts';
export type { ScanRaster } from './ScanRaster.ts';
export { type ScanDisplacement, scanDisplacement } from './scanDisplacement.ts';
export { scanTiming } from './scanTiming.ts';
