export type { Model } from './card/Model.ts';
export { type ModelCard, modelCardSchema } from './card/modelCardSchema.ts';
export { learnedAlgorithm } from './entries.ts';
export { onnxruntimeVersion } from './onnx/loadOnnxruntime.ts';
export { inferencesEnded, openOnnxModel, runtimeParametersSchema } from './onnx/OnnxModel.ts';
export { checkParity, type Parity, type ParityVerdict } from './parity/checkParity.ts';
export { type GoldenSet, goldenFile, goldenSetSchema } from './parity/GoldenSet.ts';
export { makeGoldenSet } from './parity/makeGoldenSet.ts';
