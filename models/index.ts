export { type Model, type ModelCard, modelCardSchema } from './card/index.ts';
export { learnedAlgorithm } from './entries.ts';
export {
  inferencesEnded,
  onnxruntimeVersion,
  openOnnxModel,
  runtimeParametersSchema,
} from './onnx/index.ts';
export {
  checkParity,
  type GoldenSet,
  goldenFile,
  goldenSetSchema,
  makeGoldenSet,
  type Parity,
  type ParityVerdict,
} from './parity/index.ts';
