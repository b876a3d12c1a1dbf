export { readShardFile } from './readShardFile.ts';
export { readShardPartial } from './readShardPartial.ts';
export { isShard, type Shard, type ShardNumber, shardText } from './Shard.ts';
export { ShardFiles } from './ShardFiles.ts';
export type { ShardHeader } from './ShardHeader.ts';
export { parseShardFileName, shardFileNames } from './shardFileNames.ts';
export { shardOf } from './shardOf.ts';
