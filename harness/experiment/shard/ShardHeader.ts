import { z } from 'zod';
import { describeMismatch, reasonOf } from '../../config/index.ts';
import { RecordError } from '../../microscope/index.ts';
import { type PlanHeader, planHeaderSchema } from '../PlanHeader.ts';
import { parseStored } from '../parseStored.ts';
import { type ProcessProvenance, processProvenanceSchema } from '../provenance.ts';
import { recordSchemaVersion } from '../TrajectoryRecord.ts';
import type { Shard, ShardNumber } from './Shard.ts';

/** The first line of a shard's file: whatever is needed to merge it, without the suite at hand. */
export interface ShardHeader {
  readonly schema: number;
  readonly planHash: string;
  readonly shard: ShardNumber;
  /** For each key of the plan the number of its shard: says what a shard that is missing held. */
  readonly assignment: readonly number[];
  /** Of the whole. */
  readonly plan: PlanHeader;
  readonly provenance: readonly ProcessProvenance[];
}

/** The last line of a shard's file: without it, or if it is wrong, the file is not whole. */
export const shardFooterSchema = z.strictObject({
  runs: z.number().int().nonnegative(),
  /** Rows of iterations of all runs. */
  rows: z.number().int().nonnegative(),
  /** Over all bytes before this line, before they were compressed. */
  sha256: z.string(),
});
export type ShardFooter = z.infer<typeof shardFooterSchema>;

/** The header of a shard's files. */
export function shardHeader(
  { number, count, assignment }: Shard,
  plan: PlanHeader,
  provenance: readonly ProcessProvenance[],
): ShardHeader {
  return {
    schema: recordSchemaVersion,
    planHash: plan.planHash,
    shard: { number, count },
    assignment,
    plan,
    provenance,
  };
}

/**
 * Reads a first line; the plan in it may be of an older schema.
 *
 * @throws RecordError if it is damaged or of a newer schema.
 */
export function parseShardHeader(bytes: Buffer, path: string): ShardHeader {
  const place = `${path} line 1`;
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new RecordError(`${place} is damaged: ${reasonOf(cause)}`, { cause });
  }
  const { schema, plan, ...rest } = (value ?? {}) as { schema?: unknown; plan?: unknown };
  // What is newer as a whole is refused by its own number, before what is in it.
  const header = parseStored(
    planHeaderSchema,
    Buffer.from(JSON.stringify({ ...(plan as object | undefined), schema })),
    place,
  );
  const result = ofShardSchema.safeParse(rest);
  if (!result.success) {
    const mismatch = describeMismatch(ofShardSchema, rest, result.error);
    throw new RecordError(`${place} is damaged: ${mismatch}`);
  }
  if (result.data.assignment.length !== header.keys.length) {
    throw new RecordError(
      `${place} is damaged: assignment must have one entry for each of ${header.keys.length} keys. Received ${result.data.assignment.length}`,
    );
  }
  return { ...result.data, schema: header.schema, planHash: header.planHash, plan: header };
}

/** All but the plan, which has a schema and upgrades of its own. */
const ofShardSchema = z.strictObject({
  planHash: z.string(),
  shard: z.strictObject({
    number: z.number().int().positive(),
    count: z.number().int().positive(),
  }),
  assignment: z.array(z.number().int().positive()),
  provenance: z.array(processProvenanceSchema),
});
