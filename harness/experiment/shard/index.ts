export { isShard, type Shard, type ShardNumber, shardText } from './Shard.ts';
export { shardFileNames } from './shardFileNames.ts';
export { shardOf } from './shardOf.ts';
