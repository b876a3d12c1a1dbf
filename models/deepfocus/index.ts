export { assertTrainedInstrument } from './asTrained.ts';
export { DeepFocusEstimator } from './DeepFocusEstimator.ts';
export { deepFocusParametersSchema } from './deepFocusParameters.ts';
export { fittingPerturbationUm, pairScaleOf } from './pairScaleOf.ts';
