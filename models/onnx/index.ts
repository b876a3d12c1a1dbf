export { onnxruntimeVersion } from './loadOnnxruntime.ts';
export {
  inferencesEnded,
  type OnnxModel,
  openOnnxModel,
  type Patches,
  type RuntimeParameters,
  runtimeParametersSchema,
} from './OnnxModel.ts';
