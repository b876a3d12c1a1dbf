import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { readIfPresent } from '../../../files/index.ts';
import { RecordError, reasonOf } from '../../../microscope/index.ts';
import type { TrajectoryRecord, WholeRecords } from '../../../record/index.ts';
import { type PlanHeader, planHeaderSchema } from '../../suite/index.ts';
import { parseStored } from './parseStored.ts';
import { readProvenance } from './provenanceFile.ts';
import { type RecordFile, type RecordLines, readRecordLines } from './readRecordLines.ts';
import { recordFiles } from './recordFiles.ts';

/** What a folder holds. */
export interface StoredRecords<Kept = TrajectoryRecord> {
  readonly header: PlanHeader;
  /** In the order of the plan. */
  readonly records: readonly Kept[];
  /** Keys of planned trajectories that have no record; empty for a run that came to its end. */
  readonly missing: readonly string[];
  /** Lines that were skipped, and why: e.g. a last line cut off when its process was killed. */
  readonly warnings: readonly string[];
}

/**
 * Reads the records of a run: the complete ones, or those of a run that is going on or was broken
 * off.
 *
 * @param keep - What is wanted of each record, all of it where left out.
 * @throws RecordError if the folder or its records are missing, damaged (naming file and line) or
 *   of another schema.
 */
export function readRecords(folder: string): Promise<StoredRecords>;
export function readRecords<Kept>(
  folder: string,
  keep: (record: TrajectoryRecord) => Kept,
): Promise<StoredRecords<Kept>>;
export async function readRecords(
  folder: string,
  keep: (record: TrajectoryRecord) => unknown = (record) => record,
): Promise<StoredRecords<unknown>> {
  const header = await readPlanHeader(folder);
  if (header === undefined) {
    throw new RecordError(`no records in ${folder}: there is no ${recordFiles.plan}`, {
      hint: 'Name a folder that `semfocus run --out` has written; shards are merged first.',
    });
  }
  const contents = await readResultFile(folder, header, { keep });
  if (contents === undefined || contents.lines.size === 0) {
    throw new RecordError(`no records in ${folder}: no trajectory has ended yet`, {
      hint: 'Run the suite into this folder again to continue.',
    });
  }
  const { lines, warnings } = contents;
  const stored = header.keys.flatMap((key) => lines.get(key) ?? []);
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

/** The complete file of a folder, or else the partial one; `undefined` where there is neither. */
export async function readResultFile<Kept>(
  folder: string,
  header: PlanHeader,
  how: Pick<RecordLines<Kept>, 'keep' | 'repair'>,
): Promise<RecordFile<Kept> | undefined> {
  return (
    (await readCompleteFile(folder, header, how)) ??
    (await readPartialFile(join(folder, recordFiles.partial), header, how))
  );
}

/** The file of a run that came to its end, and what it holds in one number. */
export interface CompleteFile<Kept> extends RecordFile<Kept> {
  readonly whole: WholeRecords;
  /** True where the same number stands in the provenance. */
  readonly isNoted: boolean;
}

/**
 * Reads `records.jsonl`, or `undefined` where there is none. A process that is killed at the very end
 * leaves one of which the provenance does not yet say what it holds.
 *
 * @throws RecordError if a line is damaged, or all of them are not what the provenance says.
 */
export async function readCompleteFile<Kept>(
  folder: string,
  header: PlanHeader,
  how: Pick<RecordLines<Kept>, 'keep' | 'repair'>,
): Promise<CompleteFile<Kept> | undefined> {
  const path = join(folder, recordFiles.complete);
  const hash = createHash('sha256');
  const file = await readRecordFile(path, header, { ...how, lastLine: 'complete' }, hash);
  if (file === undefined) return undefined;
  const whole = { count: file.lines.size, sha256: hash.digest('hex') };
  const noted = (await readProvenance(folder))?.records;
  const isSame = noted?.count === whole.count && noted.sha256 === whole.sha256;
  if (noted !== undefined && !isSame && how.repair === undefined) {
    throw new RecordError(
      `${path} holds ${whole.count} records with the SHA-256 ${whole.sha256.slice(0, 12)}, ${recordFiles.provenance} says ${noted.count} with ${noted.sha256.slice(0, 12)}: lines were exchanged or taken away`,
      { hint: 'Take both files from one copy, or run the suite again with --force.' },
    );
  }
  return { ...file, whole, isNoted: isSame };
}

/**
 * Reads the file of a run that has not come to its end, or `undefined` where there is none. A last
 * line that cannot be read is what a killed process leaves behind, and passed over with a warning.
 */
export function readPartialFile<Kept>(
  path: string,
  header: PlanHeader,
  how: Pick<RecordLines<Kept>, 'keep' | 'repair'>,
): Promise<RecordFile<Kept> | undefined> {
  return readRecordFile(path, header, { ...how, lastLine: 'cut off' });
}

async function readRecordFile<Kept>(
  path: string,
  header: PlanHeader,
  how: Pick<RecordLines<Kept>, 'keep' | 'repair' | 'lastLine'>,
  hash?: ReturnType<typeof createHash>,
): Promise<RecordFile<Kept> | undefined> {
  if (!(await isThere(path))) return undefined;
  const pieces = hashed(createReadStream(path, { highWaterMark: 2 ** 18 }), hash, path);
  return readRecordLines(pieces, { ...how, path, firstLine: 1, keys: new Set(header.keys) });
}

/** @throws RecordError if it is there and no file: a FIFO would never end. */
async function isThere(path: string): Promise<boolean> {
  try {
    if ((await stat(path)).isFile()) return true;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    throw new RecordError(`cannot read ${path}: ${reasonOf(cause)}`, { cause });
  }
  throw new RecordError(`cannot read ${path}: ${basename(path)} in ${dirname(path)} is no file`);
}

async function* hashed(
  pieces: AsyncIterable<Buffer>,
  hash: ReturnType<typeof createHash> | undefined,
  path: string,
): AsyncGenerator<Buffer> {
  try {
    for await (const piece of pieces) {
      hash?.update(piece);
      yield piece;
    }
  } catch (cause) {
    throw new RecordError(`cannot read ${path}: ${reasonOf(cause)}`, { cause });
  }
}
