export * from './bound/index.ts';
export * from './calibration/index.ts';
export * from './entries.ts';
export * from './heuristic/autocorrelationEstimators.ts';
export * from './sharpness/frameSharpness.ts';
export * from './sharpness/sharpnessMetrics.ts';
