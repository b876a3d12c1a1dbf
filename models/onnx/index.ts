export {
  openOnnxModel,
  type Patches,
  type RuntimeParameters,
  runtimeParametersSchema,
} from './OnnxModel.ts';
