export * from './Model.ts';
export * from './modelCardSchema.ts';
