export * from './modelCardSchema.ts';
export * from './readModel.ts';
export * from './shippedModels.ts';
