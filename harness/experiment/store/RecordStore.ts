import { join } from 'node:path';
import { cannotWrite, FolderLock, makeFolder, writeAtomically } from '../../files/index.ts';
import { RecordError } from '../../microscope/index.ts';
import {
  contradictionOf,
  type PreviewImages,
  type ProcessProvenance,
  recordLine,
  type TrajectoryOutcome,
  type TrajectoryRecord,
} from '../../record/index.ts';
import { type Plan, planHeader } from '../suite/index.ts';
import {
  type Partial,
  ResultFiles,
  recordFiles,
  type Stored,
  type StoredLine,
  type StoreFiles,
  storedLine,
} from './layout/index.ts';
import { isShard, type Shard, ShardFiles } from './shard/index.ts';

/** Options of {@link RecordStore.open}. */
export interface RecordStoreOptions {
  /** Replaces whatever results the place holds. */
  readonly force?: boolean;
  /** Counts trajectories that ended by an exception or a timeout as not run. */
  readonly retryFailed?: boolean;
  /** Called with a line for the user that is no error. */
  readonly onNotice?: (message: string) => void;
  /** Who computes what will be stored; written down with the first record. */
  readonly process?: {
    readonly provenance: ProcessProvenance;
    /** Asked once, when the process ends. */
    readonly now: () => Date;
  };
}

/**
 * The records of a running plan: each is on the disk as soon as its trajectory has ended, and when
 * all have ended they are put in the order of the plan. A process that is killed loses the
 * trajectories it was running, nothing else. A plan has a folder of its own; shards of a plan share
 * one. One process at a time may hold a folder, or the files of a shard.
 */
export class RecordStore {
  readonly folder: string;
  readonly #plan: Plan;
  readonly #files: StoreFiles;
  readonly #lock: FolderLock;
  readonly #process: RecordStoreOptions['process'];
  readonly #lines: Map<string, StoredLine>;
  #isComplete: boolean;
  #partial: Partial | undefined;
  #partialBytes = 0;
  #added = 0;
  #lastWrite: Promise<unknown> = Promise.resolve();

  private constructor(
    folder: string,
    plan: Plan,
    files: StoreFiles,
    lock: FolderLock,
    stored: Stored,
    process: RecordStoreOptions['process'],
  ) {
    this.folder = folder;
    this.#plan = plan;
    this.#files = files;
    this.#lock = lock;
    this.#process = process;
    this.#lines = new Map(stored.lines);
    this.#isComplete = stored.isComplete;
  }

  /**
   * Opens a new folder, or one that holds a part or all of the same plan; of a shard, its files in
   * the folder.
   *
   * @throws ConfigError if the folder cannot be written to, holds another plan or is being written
   *   by another process; RecordError if its content is damaged. Nothing stored is touched then.
   */
  static async open(
    folder: string,
    plan: Plan | Shard,
    { force = false, retryFailed = false, onNotice = () => {}, process }: RecordStoreOptions = {},
  ): Promise<RecordStore> {
    await makeFolder(folder);
    const files = isShard(plan)
      ? new ShardFiles(folder, plan)
      : new ResultFiles(folder, planHeader(plan));
    const lock = await FolderLock.acquire(files.lock, onNotice);
    try {
      if (force) await files.remove();
      const stored = await files.open(lock.token);
      for (const warning of stored.warnings) onNotice(warning);
      const kept = retryFailed ? withoutFailed(stored) : stored;
      return new RecordStore(folder, plan, files, lock, kept, process);
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
   * @throws ConfigError if it cannot be written; RecordError if the record contradicts itself. Earlier
   *   records are intact.
   */
  append(outcome: TrajectoryOutcome): Promise<TrajectoryRecord> {
    const written = this.#lastWrite.then(() => this.#append(outcome));
    this.#lastWrite = written.catch(() => {});
    return written;
  }

  /**
   * Puts the whole in the place of the parts, all at once.
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
    await this.#closePartial();
    await this.#files.complete(lines, this.#ended());
    this.#isComplete = true;
  }

  /** Ends writing and gives the place free for others. */
  async close(): Promise<void> {
    await this.#lastWrite;
    await this.#closePartial();
    try {
      if (!this.#isComplete) await this.#files.breakOff(this.#ended());
    } finally {
      await this.#lock.release();
    }
  }

  async #closePartial(): Promise<void> {
    await this.#partial?.file.close();
    this.#partial = undefined;
  }

  /** This process as it is written down when it ends; undefined if it added nothing. */
  #ended(): ProcessProvenance | undefined {
    if (this.#process === undefined || this.#added === 0) return undefined;
    const { provenance, now } = this.#process;
    return { ...provenance, endedAt: now().toISOString(), trajectories: this.#added };
  }

  async #append({ record, previews }: TrajectoryOutcome): Promise<TrajectoryRecord> {
    // Better now than when it is read.
    const contradiction = contradictionOf(record);
    if (contradiction !== undefined) {
      throw new RecordError(`record ${record.key} contradicts itself: ${contradiction}`);
    }
    const files = previews && (await this.#writePreviews(record.key, previews));
    const stored = files === undefined ? record : { ...record, previews: files };
    const text = recordLine(stored);
    await this.#writeLine(text);
    this.#lines.set(record.key, storedLine(record, text));
    this.#added++;
    return stored;
  }

  async #writeLine(text: string): Promise<void> {
    if (this.#partial === undefined) {
      this.#partial = await this.#files.openPartial(this.#process?.provenance);
      this.#partialBytes = this.#partial.bytes;
    }
    const { file, path } = this.#partial;
    try {
      const bytes = Buffer.from(`${text}\n`);
      await file.appendFile(bytes);
      await file.datasync();
      this.#partialBytes += bytes.length;
    } catch (cause) {
      // Half a line may have got onto a full disk: taking it away keeps the file whole. Where even
      // that fails, the line is the last one, which the next run passes over.
      await file.truncate(this.#partialBytes).catch(() => {});
      throw cannotWrite(path, cause);
    }
  }

  async #writePreviews(key: string, images: PreviewImages): Promise<TrajectoryRecord['previews']> {
    const folder = join(this.folder, recordFiles.previews);
    const write = async (name: string, png: Uint8Array): Promise<string> => {
      const file = `${key.slice(0, 16)}-${name}.png`;
      await makeFolder(folder);
      await writeAtomically(join(folder, file), png);
      return `${recordFiles.previews}/${file}`;
    };
    return {
      before: await write('before', images.before),
      after: await write('after', images.after),
      inFocus: await write('in-focus', images.inFocus),
    };
  }
}

/** A dropped record stays on the disk until another one takes its place. */
function withoutFailed(stored: Stored): Stored {
  const kept = [...stored.lines].filter(([, line]) => !line.isRetryable);
  if (kept.length === stored.lines.size) return stored;
  return { ...stored, lines: new Map(kept), isComplete: false };
}
