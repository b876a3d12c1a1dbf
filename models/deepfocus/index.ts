export * from './DeepFocusEstimator.ts';
export * from './deepFocusParameters.ts';
export * from './pairScaleOf.ts';
