import { join } from 'node:path';
import { readIfPresent } from '../../../files/index.ts';
import { RecordError } from '../../../microscope/index.ts';
import type { TrajectoryRecord } from '../../../record/index.ts';
import { type PlanHeader, planHeaderSchema } from '../../suite/index.ts';
import { parseStored } from './parseStored.ts';
import { type RecordFile, readRecordLines } from './readRecordLines.ts';

/** Names inside a folder of records. */
export const recordFiles = {
  plan: 'plan.json',
  complete: 'records.jsonl',
  partial: 'records.partial.jsonl',
  provenance: 'provenance.json',
  previews: 'previews',
  /** Reports beside the records; replaced together with them. */
  report: 'report.html',
  reportRuns: 'report.parquet',
  reportIterations: 'report.iterations.parquet',
} as const;

/** What a folder holds. */
export interface StoredRecords {
  readonly header: PlanHeader;
  /** In the order of the plan. */
  readonly records: readonly TrajectoryRecord[];
  /** Keys of planned trajectories that have no record; empty for a run that came to its end. */
  readonly missing: readonly string[];
  /** Lines that were skipped, and why: e.g. a last line cut off when its process was killed. */
  readonly warnings: readonly string[];
}

/**
 * Reads the records of a run: the complete ones, or those of a run that is going on or was broken
 * off.
 *
 * @throws RecordError if the folder or its records are missing, damaged (naming file and line) or
 *   of another schema.
 */
export async function readRecords(folder: string): Promise<StoredRecords> {
  const header = await readPlanHeader(folder);
  if (header === undefined) {
    throw new RecordError(`no records in ${folder}: there is no ${recordFiles.plan}`, {
      hint: 'Name a folder that `semfocus run --out` has written; shards are merged first.',
    });
  }
  const contents =
    (await readRecordFile(join(folder, recordFiles.complete), header, 'complete')) ??
    (await readRecordFile(join(folder, recordFiles.partial), header, 'cut off'));
  if (contents === undefined || contents.lines.size === 0) {
    throw new RecordError(`no records in ${folder}: no trajectory has ended yet`, {
      hint: 'Run the suite into this folder again to continue.',
    });
  }
  const { lines, warnings } = contents;
  const stored = header.keys.flatMap((key) => lines.get(key)?.record ?? []);
  const missing = header.keys.filter((key) => !lines.has(key));
  return { header, records: stored, missing, warnings };
}

/**
 * The header of a folder, or `undefined` where there is none.
 *
 * @throws RecordError if it is damaged, of another schema, or cannot be read.
 */
export async function readPlanHeader(folder: string): Promise<PlanHeader | undefined> {
  const path = join(folder, recordFiles.plan);
  const bytes = await readIfPresent(path);
  return bytes === undefined ? undefined : parseStored(planHeaderSchema, bytes, path);
}

/**
 * Reads one file of records, or `undefined` where there is none.
 *
 * @param lastLine - `cut off`: a last line that cannot be read is what a killed process leaves
 *   behind, and passed over with a warning; `complete`: it is damage.
 */
export async function readRecordFile(
  path: string,
  header: PlanHeader,
  lastLine: 'complete' | 'cut off',
): Promise<RecordFile | undefined> {
  const bytes = await readIfPresent(path);
  if (bytes === undefined) return undefined;
  return readRecordLines(bytes, { path, firstLine: 1, keys: new Set(header.keys), lastLine });
}
