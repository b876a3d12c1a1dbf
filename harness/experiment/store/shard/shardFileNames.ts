import type { ShardNumber } from './Shard.ts';

/**
 * The names of a shard's files, without the folder. Those of other plans are different, and one
 * process never gives a partial file the name that another gave.
 */
export interface ShardFileNames {
  readonly complete: string;
  readonly lock: string;
  readonly partial: (token: string) => string;
}

/** @param planHash - In hexadecimal. */
export function shardFileNames(planHash: string, { number, count }: ShardNumber): ShardFileNames {
  const padded = String(number).padStart(String(count).length, '0');
  const stem = `shard-${planHash.slice(0, 8)}-${padded}of${count}`;
  return {
    complete: `${stem}.jsonl.gz`,
    lock: `${stem}.lock`,
    partial: (token) => `${stem}.${token.slice(0, 8)}.partial.jsonl`,
  };
}

/** What the name of a file says of the shard in it. */
export interface NamedShard extends ShardNumber {
  /** The first eight digits of the plan's hash. */
  readonly plan8: string;
  /** `partial` is what a process writes that has not come to its end. */
  readonly kind: 'complete' | 'partial';
}

/** Reads the name of a shard's file; `undefined` for any other name. */
export function parseShardFileName(name: string): NamedShard | undefined {
  const match =
    /^shard-([0-9a-f]{8})-(\d+)of(\d+)(\.[0-9a-f]{8}\.partial\.jsonl|\.jsonl\.gz)$/.exec(name);
  if (match === null) return undefined;
  const [, plan8 = '', number, count, end] = match;
  const kind = end === '.jsonl.gz' ? 'complete' : 'partial';
  return { plan8, number: Number(number), count: Number(count), kind };
}
