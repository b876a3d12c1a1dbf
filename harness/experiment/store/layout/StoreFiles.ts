import type { FileHandle } from 'node:fs/promises';
import type { LockRules } from '../../../files/index.ts';
import type { ProcessProvenance } from '../../../record/index.ts';

/** Where a {@link RecordStore} keeps records: a folder of results, or the file of one shard. */
export interface StoreFiles {
  /** What one process at a time may write to. */
  readonly lock: LockRules;
  /** Removes the stored files, and no others. */
  remove(): Promise<void>;
  /**
   * Reads the stored files, and creates those of a new place.
   *
   * @param token - Of no other process.
   * @throws ConfigError for the results of another plan; RecordError for damage.
   */
  open(token: string): Promise<Stored>;
  /** Opens the file to which this process adds its records, after the intact part. */
  openPartial(by: ProcessProvenance | undefined): Promise<PartialFile>;
  /**
   * Puts the whole in the place of the parts.
   *
   * @param lines - In the order of the plan.
   * @param by - This process, unless it added nothing.
   */
  complete(lines: readonly StoredLine[], by: ProcessProvenance | undefined): Promise<void>;
  /** Notes that this process ends before there are all; `by` as for {@link complete}. */
  breakOff(by: ProcessProvenance | undefined): Promise<void>;
}

/** The content of the place. */
export interface Stored {
  /** By key. */
  readonly lines: ReadonlyMap<string, StoredLine>;
  readonly isComplete: boolean;
  readonly warnings: readonly string[];
}

/** A record as it is stored. */
export interface StoredLine {
  readonly text: string;
  /** Rows of iterations in it. */
  readonly rows: number;
  /** See {@link isRetryable}. */
  readonly isRetryable: boolean;
}

/** A file that grows. */
export interface PartialFile {
  readonly path: string;
  readonly file: FileHandle;
  /** Its length: where the next line begins. */
  readonly bytes: number;
}
