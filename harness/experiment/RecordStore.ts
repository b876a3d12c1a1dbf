import { type FileHandle, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, RecordError } from '../microscope/index.ts';
import { cannotWrite } from './cannotWrite.ts';
import { FolderLock } from './FolderLock.ts';
import { makeFolder } from './makeFolder.ts';
import { describePlanDifference, type PlanHeader, planHeader } from './PlanHeader.ts';
import type { Plan } from './planSuite.ts';
import type { RecordFile } from './readRecordLines.ts';
import { readPlanHeader, readRecordFile, recordFiles } from './readRecords.ts';
import type { PreviewImages, TrajectoryOutcome } from './TrajectoryOutcome.ts';
import type { TrajectoryRecord } from './TrajectoryRecord.ts';

/** Options of {@link RecordStore.open}. */
export interface RecordStoreOptions {
  /** Replaces whatever results the folder holds. */
  readonly force?: boolean;
  /** Told what is worth knowing but stops nothing. */
  readonly onNotice?: (message: string) => void;
}

/**
 * The folder of one run: `plan.json`, one line per trajectory in `records.partial.jsonl` as they
 * end, and, when all have ended, `records.jsonl` in the order of the plan. A process that is killed
 * loses the trajectories it was running, nothing else. One process at a time may hold a folder.
 */
export class RecordStore {
  readonly folder: string;
  readonly #plan: Plan;
  readonly #lock: FolderLock;
  readonly #lines: Map<string, string>;
  #isComplete: boolean;
  #partial: FileHandle | undefined;
  #partialBytes: number;
  #lastWrite: Promise<unknown> = Promise.resolve();

  private constructor(folder: string, plan: Plan, lock: FolderLock, stored: Stored) {
    this.folder = folder;
    this.#plan = plan;
    this.#lock = lock;
    this.#lines = new Map([...stored.file.lines].map(([key, { text }]) => [key, text]));
    this.#isComplete = stored.isComplete;
    this.#partialBytes = stored.file.intactBytes;
  }

  /**
   * Opens a new folder, or one that holds a part or all of the same plan.
   *
   * @throws ConfigError if the folder cannot be written to, holds another plan or is being written
   *   by another process; RecordError if what it holds is damaged. Nothing stored is touched then.
   */
  static async open(
    folder: string,
    plan: Plan,
    { force = false, onNotice = () => {} }: RecordStoreOptions = {},
  ): Promise<RecordStore> {
    await makeFolder(folder);
    const lock = await FolderLock.acquire(folder, onNotice);
    try {
      if (force) await removeResults(folder);
      const header = planHeader(plan);
      const isNew = await isNewFolder(folder, header);
      const stored = isNew ? nothing : await readStored(folder, header);
      if (isNew) {
        await writeAtomically(join(folder, recordFiles.plan), [JSON.stringify(header, null, 2)]);
      }
      for (const warning of stored.file.warnings) onNotice(warning);
      return new RecordStore(folder, plan, lock, stored);
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** True if this trajectory has a record already. */
  has(key: string): boolean {
    return this.#lines.has(key);
  }

  /** How many trajectories have a record. */
  get size(): number {
    return this.#lines.size;
  }

  /**
   * Stores a trajectory that has ended; when the promise resolves, it is on the disk.
   *
   * @returns the record as stored, with the names of its previews.
   * @throws ConfigError if it cannot be written; what was stored before is intact.
   */
  append(outcome: TrajectoryOutcome): Promise<TrajectoryRecord> {
    const written = this.#lastWrite.then(() => this.#append(outcome));
    this.#lastWrite = written.catch(() => {});
    return written;
  }

  /**
   * Writes `records.jsonl`, all at once, and does away with the partial file.
   *
   * @throws RecordError if a trajectory of the plan has no record.
   */
  async finish(): Promise<void> {
    await this.#lastWrite;
    if (this.#isComplete) return;
    const lines = this.#plan.keys.flatMap((key) => this.#lines.get(key) ?? []);
    if (lines.length !== this.#plan.keys.length) {
      const { length } = this.#plan.keys;
      throw new RecordError(`${this.folder} holds ${lines.length} of ${length} trajectories`);
    }
    await writeAtomically(join(this.folder, recordFiles.complete), lines);
    this.#isComplete = true;
    await this.#partial?.close();
    this.#partial = undefined;
    await rm(join(this.folder, recordFiles.partial), { force: true });
  }

  /** Ends writing and gives the folder free for others. */
  async close(): Promise<void> {
    await this.#lastWrite;
    await this.#partial?.close();
    this.#partial = undefined;
    await this.#lock.release();
  }

  async #append({ record, previews }: TrajectoryOutcome): Promise<TrajectoryRecord> {
    const frames = previews && (await this.#writePreviews(record.key, previews));
    const stored = frames === undefined ? record : { ...record, frames };
    const text = JSON.stringify(stored);
    await this.#writeLine(text);
    this.#lines.set(record.key, text);
    return stored;
  }

  async #writeLine(text: string): Promise<void> {
    const path = join(this.folder, recordFiles.partial);
    try {
      if (this.#partial === undefined) {
        this.#partial = await open(path, 'a');
        // What a killed process left of its last line.
        const { size } = await this.#partial.stat();
        if (size > this.#partialBytes) await this.#partial.truncate(this.#partialBytes);
      }
      const bytes = Buffer.from(`${text}\n`);
      await this.#partial.appendFile(bytes);
      await this.#partial.datasync();
      this.#partialBytes += bytes.length;
    } catch (cause) {
      // Half a line may have got onto a full disk: taking it away keeps the file whole. Where even
      // that fails, the line is the last one, which the next run passes over.
      await this.#partial?.truncate(this.#partialBytes).catch(() => {});
      throw cannotWrite(path, cause);
    }
  }

  async #writePreviews(key: string, images: PreviewImages): Promise<TrajectoryRecord['frames']> {
    const folder = join(this.folder, recordFiles.previews);
    const write = async (name: string, png: Uint8Array): Promise<string> => {
      const file = `${key.slice(0, 16)}-${name}.png`;
      await makeFolder(folder);
      try {
        await writeFile(join(folder, file), png);
      } catch (cause) {
        throw cannotWrite(join(folder, file), cause);
      }
      return `${recordFiles.previews}/${file}`;
    };
    return {
      before: await write('before', images.before),
      after: await write('after', images.after),
      inFocus: await write('in-focus', images.inFocus),
    };
  }
}

interface Stored {
  readonly file: RecordFile;
  readonly isComplete: boolean;
}

const nothing: Stored = {
  file: { lines: new Map(), intactBytes: 0, warnings: [] },
  isComplete: false,
};

/** True if the folder holds no results yet; refuses those of another plan. */
async function isNewFolder(folder: string, header: PlanHeader): Promise<boolean> {
  const existing = await readPlanHeader(folder);
  if (existing === undefined) {
    const names = await readdir(folder);
    const orphan = names.find(
      (name) => name === recordFiles.complete || name === recordFiles.partial,
    );
    if (orphan === undefined) return true;
    throw new RecordError(`${folder} holds ${orphan} but no ${recordFiles.plan}`, {
      hint: choices,
    });
  }
  if (existing.planHash === header.planHash) return false;
  const difference = describePlanDifference(existing, header);
  throw new ConfigError(`${folder} holds the results of another plan: ${difference}`, {
    hint: choices,
  });
}

const choices = 'Choose another folder with --out, or replace these results with --force.';

async function readStored(folder: string, header: PlanHeader): Promise<Stored> {
  const completePath = join(folder, recordFiles.complete);
  const partialPath = join(folder, recordFiles.partial);
  const complete = await readRecordFile(completePath, header, 'complete');
  if (complete === undefined) {
    const file = await readRecordFile(partialPath, header, 'cut off');
    return file === undefined ? nothing : { file, isComplete: false };
  }
  if (complete.lines.size < header.keys.length) {
    throw new RecordError(
      `${completePath} holds ${complete.lines.size} of ${header.keys.length} trajectories`,
      { hint: choices },
    );
  }
  // Left over by a process that was killed between writing the one and removing the other.
  await rm(partialPath, { force: true });
  return { file: complete, isComplete: true };
}

/** Removes what a run writes and nothing else that may lie in the folder. */
async function removeResults(folder: string): Promise<void> {
  const { previews, ...files } = recordFiles;
  try {
    for (const name of Object.values(files)) await rm(join(folder, name), { force: true });
    const images = await readdir(join(folder, previews)).catch(() => []);
    for (const name of images.filter((image) => previewName.test(image))) {
      await rm(join(folder, previews, name));
    }
  } catch (cause) {
    throw cannotWrite(folder, cause);
  }
}

const previewName = /^[0-9a-f]{16}-(before|after|in-focus)\.png$/;

/** Readers see the old file or the whole new one. The folder's lock makes the other name ours. */
async function writeAtomically(path: string, lines: readonly string[]): Promise<void> {
  const temporary = `${path}.tmp`;
  try {
    const file = await open(temporary, 'w');
    try {
      for (const line of lines) await file.appendFile(`${line}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw cannotWrite(path, cause);
  }
}
