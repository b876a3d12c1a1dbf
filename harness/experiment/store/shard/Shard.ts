import type { Plan } from '../../suite/index.ts';

/** Which part of how many. */
export interface ShardNumber {
  /** From 1 to `count`. */
  readonly number: number;
  readonly count: number;
}

/**
 * A part of a plan, to be run by one process of many: scenarios, keys and costs are those of the
 * part, in the order of the plan; the plan hash is that of the whole.
 */
export interface Shard extends Plan, ShardNumber {
  readonly whole: Plan;
  /** For each key of the whole plan the number of its shard. */
  readonly assignment: readonly number[];
}

/** True for a part of a plan. */
export function isShard(plan: Plan | Shard): plan is Shard {
  return 'assignment' in plan;
}

/** In words: `shard 3 of 7`. */
export function shardText({ number, count }: ShardNumber): string {
  return `shard ${number} of ${count}`;
}
