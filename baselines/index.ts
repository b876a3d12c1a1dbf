export * from './bound/index.ts';
export * from './calibration/index.ts';
export { baselines } from './entries.ts';
export { autocorrelationEstimators } from './heuristic/autocorrelationEstimators.ts';
export { frameSharpness } from './sharpness/frameSharpness.ts';
export { sharpnessMetrics } from './sharpness/sharpnessMetrics.ts';
