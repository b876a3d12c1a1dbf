export * from './bound/index.ts';
export * from './calibration/index.ts';
export * from './entries.ts';
