export * from './card/index.ts';
export * from './deepfocus/index.ts';
export * from './deepscore/index.ts';
export * from './entries.ts';
export * from './onnx/index.ts';
export * from './parity/index.ts';
