import { z } from 'zod';
import { RecordError } from '../../../microscope/index.ts';
import {
  type ProcessProvenance,
  processProvenanceSchema,
  recordSchemaVersion,
} from '../../../record/index.ts';
import { type PlanHeader, planHeaderSchema } from '../../suite/index.ts';
import { parseStored } from '../layout/index.ts';
import type { Shard } from './Shard.ts';

/** The first line of a shard's file: whatever is needed to merge it, without the suite at hand. */
const shardHeaderSchema = z.strictObject({
  schema: z.literal(recordSchemaVersion),
  planHash: z.string(),
  shard: z.strictObject({
    number: z.number().int().positive(),
    count: z.number().int().positive(),
  }),
  /** For each key of the plan the number of its shard: says what a shard that is missing held. */
  assignment: z.array(z.number().int().positive()),
  /** Of the whole. */
  plan: planHeaderSchema,
  provenance: z.array(processProvenanceSchema),
});
export type ShardHeader = z.infer<typeof shardHeaderSchema>;

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
    assignment: [...assignment],
    plan,
    provenance: [...provenance],
  };
}

/**
 * Reads a first line.
 *
 * @throws RecordError if it is damaged or of another record schema.
 */
export function parseShardHeader(bytes: Buffer, path: string): ShardHeader {
  const place = `${path} line 1`;
  const header = parseStored(shardHeaderSchema, bytes, place);
  const { assignment, plan } = header;
  if (assignment.length !== plan.keys.length) {
    throw new RecordError(
      `${place} is damaged: assignment must have one entry for each of ${plan.keys.length} keys. Received ${assignment.length}`,
    );
  }
  return { ...header, planHash: plan.planHash };
}
