export * from './parseConfig.ts';
export * from './unknownName.ts';
