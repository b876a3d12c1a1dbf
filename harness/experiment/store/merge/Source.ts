import type { ProcessProvenance } from '../../../record/index.ts';
import type { PlanHeader } from '../../suite/index.ts';
import type { ShardNumber } from '../shard/index.ts';

/** One file or folder that takes part in a merge. */
export interface Source {
  /** Its path, for messages. */
  readonly name: string;
  /** Where the previews lie that its records name. */
  readonly folder: string;
  /** Undefined where it cannot be read any more. */
  readonly plan: PlanHeader | undefined;
  /** Lines by key; none of a shard that is not whole. */
  readonly lines: ReadonlyMap<string, string>;
  readonly processes: readonly ProcessProvenance[];
  /** Which of the plan's keys belong to which shard, where it is a shard. */
  readonly division?: { readonly shard: ShardNumber; readonly assignment: readonly number[] };
  /** Why its records do not count. */
  readonly notWhole?: string;
  readonly warnings: readonly string[];
}
