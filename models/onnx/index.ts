export * from './OnnxModel.ts';
export * from './onnxruntimeVersion.ts';
