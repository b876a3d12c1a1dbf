export * from './Reporter.ts';
export * from './reporters.ts';
