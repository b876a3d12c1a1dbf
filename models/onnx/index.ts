export { type LinearLayer, type SplitNetwork, splitHead } from './file/splitHead.ts';
export {
  openOnnxModel,
  type Patches,
  type RuntimeParameters,
  runtimeParametersSchema,
} from './OnnxModel.ts';
