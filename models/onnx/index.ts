export * from './OnnxModel.ts';
