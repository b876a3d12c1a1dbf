export * from './DeepFocusEstimator.ts';
export * from './deepFocusParameters.ts';
export * from './pairScaleOf.ts';
export * from './patchesOf.ts';
export * from './placePatches.ts';
export * from './resampleWindow.ts';
