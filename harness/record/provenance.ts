import { z } from 'zod';

/**
 * Where records come from: one process that computed some of them. None of it is part of a record's
 * key, because none of it may change a result.
 */
export const processProvenanceSchema = z.strictObject({
  planHash: z.string(),
  /** Where it ran a part of the plan. */
  shard: z
    .strictObject({ number: z.number().int().positive(), count: z.number().int().positive() })
    .optional(),
  semfocusVersion: z.string(),
  /** Where the sources are a git checkout: its commit, and whether files differ from it. */
  gitSha: z.string().optional(),
  gitDirty: z.boolean().optional(),
  lockfileSha256: z.string().optional(),
  /** Over all sources that can change a result: tells what a dirty checkout held. */
  sourceSha256: z.string(),
  /** What the user calls the run, e.g. a release, and words that tell what it was for. */
  runName: z.string().optional(),
  tags: z.array(z.string()).optional(),
  /** Without the folders of absolute paths. */
  commandLine: z.array(z.string()),
  /** ISO 8601, UTC. */
  startedAt: z.string(),
  /** Absent where the process was killed. */
  endedAt: z.string().optional(),
  /** How many trajectories it stored; absent where it was killed. */
  trajectories: z.number().int().nonnegative().optional(),
  nodeVersion: z.string(),
  v8Version: z.string(),
  os: z.string(),
  cpuArchitecture: z.string(),
  cpuModel: z.string(),
  cpuCount: z.number().int().positive(),
  ramGiB: z.number().positive().meta({ unit: 'GiB' }),
  /** Tells machines apart without naming them. */
  hostnameHash: z.string(),
  /** Trajectories at once. */
  workers: z.number().int().positive(),
  /** Absent where no network took part. */
  onnxruntime: z
    .strictObject({
      version: z.string(),
      executionProviders: z.array(z.string()),
      intraOpNumThreads: z.array(z.number().int().positive()),
    })
    .optional(),
});
export type ProcessProvenance = z.infer<typeof processProvenanceSchema>;

/** What `records.jsonl` holds: how many lines, and the SHA-256 of the file. */
const wholeRecordsSchema = z.strictObject({
  count: z.number().int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type WholeRecords = z.infer<typeof wholeRecordsSchema>;

/** `provenance.json`, beside the records. */
export const provenanceSchema = z.strictObject({
  schema: z.literal(1),
  /** Present where shards were merged although trajectories were missing. */
  partial: z
    .strictObject({
      missing: z.number().int().positive(),
      trajectories: z.number().int().positive(),
    })
    .optional(),
  /** Absent where the run has not come to its end, or was killed at the very last. */
  records: wholeRecordsSchema.optional(),
  /** Every process that computed some of the records, in the order in which they began. */
  processes: z.array(processProvenanceSchema),
});
export type Provenance = z.infer<typeof provenanceSchema>;

/**
 * What results of one process may differ in from those of another although nothing was changed: how
 * its networks were run, the architecture of its processor, and the engine, to which ECMAScript
 * leaves the last digits of `exp` and `sin`.
 */
export function runtimeClass({
  onnxruntime,
  cpuArchitecture,
  nodeVersion,
}: ProcessProvenance): string {
  const node = `Node ${nodeVersion.replace(/^v/, '').split('.')[0]}`;
  const networks =
    onnxruntime === undefined
      ? []
      : [
          `onnxruntime ${onnxruntime.version.split('.').slice(0, 2).join('.')}`,
          onnxruntime.executionProviders.join('+'),
        ];
  return [node, cpuArchitecture, ...networks].join(', ');
}
