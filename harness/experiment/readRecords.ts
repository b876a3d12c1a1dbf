import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { describeMismatch, reasonOf } from '../config/index.ts';
import { isSemfocusError, RecordError } from '../microscope/index.ts';
import { type PlanHeader, planHeaderSchema } from './PlanHeader.ts';
import { scenarioKey } from './scenarioKey.ts';
import {
  recordSchemaVersion,
  type TrajectoryRecord,
  trajectoryRecordSchema,
} from './TrajectoryRecord.ts';
import { upgradeStored } from './upgradeStored.ts';

/** Names inside a folder of records. */
export const recordFiles = {
  plan: 'plan.json',
  complete: 'records.jsonl',
  partial: 'records.partial.jsonl',
  previews: 'previews',
  /** Written beside the records by whoever reports on them; replaced together with them. */
  report: 'report.html',
} as const;

/** What a folder holds. */
export interface StoredRecords {
  readonly header: PlanHeader;
  /** In the order of the plan. */
  readonly records: readonly TrajectoryRecord[];
  /** Keys of planned trajectories that have no record; empty for a run that came to its end. */
  readonly missing: readonly string[];
  /** What was passed over and why, e.g. a last line cut off when its process was killed. */
  readonly warnings: readonly string[];
}

/**
 * Reads the records of a run: the complete ones, or those of a run that is going on or was broken
 * off.
 *
 * @throws RecordError if the folder or its records are missing, damaged (naming file and line) or
 *   of a newer schema.
 */
export async function readRecords(folder: string): Promise<StoredRecords> {
  const header = await readPlanHeader(folder);
  if (header === undefined) {
    throw new RecordError(`no records in ${folder}: there is no ${recordFiles.plan}`, {
      hint: 'Name a folder that `semfocus run --out` has written.',
    });
  }
  const contents =
    (await readRecordFile(join(folder, recordFiles.complete), header, 'complete')) ??
    (await readRecordFile(join(folder, recordFiles.partial), header, 'cut off'));
  if (contents === undefined || contents.lines.size === 0) {
    throw new RecordError(`no records in ${folder}: no trajectory has come to its end yet`, {
      hint: 'Run the suite into this folder again to go on with it.',
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
 * @throws RecordError if it is damaged, of a newer schema, or cannot be read.
 */
export async function readPlanHeader(folder: string): Promise<PlanHeader | undefined> {
  const path = join(folder, recordFiles.plan);
  const bytes = await readIfPresent(path);
  return bytes === undefined ? undefined : parseRecord(planHeaderSchema, bytes, path);
}

/** A file of records, by key. */
export interface RecordFile {
  readonly lines: ReadonlyMap<string, { readonly text: string; readonly record: TrajectoryRecord }>;
  /** Bytes of the file up to the end of its last intact line. */
  readonly intactBytes: number;
  readonly warnings: readonly string[];
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
  const planned = new Set(header.keys);
  const lines = new Map<string, { text: string; record: TrajectoryRecord; line: number }>();
  const warnings: string[] = [];
  let start = 0;
  for (let line = 1; start < bytes.length; line++) {
    const newline = bytes.indexOf(10, start);
    const end = newline === -1 ? bytes.length : newline;
    const content = bytes.subarray(start, end);
    const place = `${path} line ${line}`;
    try {
      if (newline === -1 && lastLine === 'cut off') throw new RecordError(`${place} is cut off`);
      const record = parseRecord(trajectoryRecordSchema, content, place);
      const { key } = record;
      if (key !== scenarioKey(record.scenario)) {
        throw new RecordError(`${place}: the key does not belong to the scenario; one was changed`);
      }
      if (!planned.has(key)) {
        throw new RecordError(`${place}: the plan has no trajectory with the key ${key}`);
      }
      const earlier = lines.get(key);
      if (earlier) throw new RecordError(`${place}: the same trajectory as line ${earlier.line}`);
      lines.set(key, {
        text: isOlder(content) ? JSON.stringify(record) : content.toString('utf8'),
        record,
        line,
      });
    } catch (error) {
      const isLast = end + 1 >= bytes.length;
      const isCutOff = lastLine === 'cut off' && isLast && !isOfNewerSchema(content);
      if (!isCutOff || !isSemfocusError(error, 'RecordError')) throw error;
      warnings.push(`${error.message}. The line is passed over; its trajectory counts as not run`);
      break;
    }
    start = end + 1;
  }
  return { lines, intactBytes: Math.min(start, bytes.length), warnings };
}

function parseRecord<T>(schema: z.ZodType<T>, bytes: Buffer, place: string): T {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new RecordError(`${place} is damaged: ${reasonOf(cause)}`, { cause });
  }
  const version = schemaOf(value);
  if (version > recordSchemaVersion) {
    throw new RecordError(
      `${place} needs a version of semfocus that reads record schema ${version}. ` +
        `This one reads schema ${recordSchemaVersion}`,
      { hint: 'Install a newer version of semfocus.' },
    );
  }
  const upgraded = upgradeStored(value);
  const result = schema.safeParse(upgraded);
  if (result.success) return result.data;
  throw new RecordError(`${place} is damaged: ${describeMismatch(schema, upgraded, result.error)}`);
}

function schemaOf(value: unknown): number {
  const version = (value as { schema?: unknown } | null)?.schema;
  return typeof version === 'number' ? version : 0;
}

/** Of a line that is JSON. */
function isOlder(bytes: Buffer): boolean {
  return schemaOf(JSON.parse(bytes.toString('utf8'))) < recordSchemaVersion;
}

function isOfNewerSchema(bytes: Buffer): boolean {
  try {
    return schemaOf(JSON.parse(bytes.toString('utf8'))) > recordSchemaVersion;
  } catch {
    return false;
  }
}

async function readIfPresent(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new RecordError(`cannot read ${path}: ${reasonOf(cause)}`, { cause });
  }
}
