export * from './Shard.ts';
export * from './shardFileNames.ts';
export * from './shardOf.ts';
