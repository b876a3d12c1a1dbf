export * from './bound/index.ts';
export * from './entries.ts';
