export * from './Shard.ts';
export { shardFileNames } from './shardFileNames.ts';
export * from './shardOf.ts';
