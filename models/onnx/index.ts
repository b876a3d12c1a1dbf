export { onnxruntimeVersion } from './loadOnnxruntime.ts';
export * from './OnnxModel.ts';
