export { DeepFocusEstimator } from './DeepFocusEstimator.ts';
export { type DeepFocusParameters, deepFocusParametersSchema } from './deepFocusParameters.ts';
export { fittingPerturbationUm, type PairScale, pairScaleOf } from './pairScaleOf.ts';
