import { open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cannotWrite, type LockRules } from '../../../files/index.ts';
import { ConfigError, RecordError } from '../../../microscope/index.ts';
import {
  isRetryable,
  type ProcessProvenance,
  type TrajectoryRecord,
} from '../../../record/index.ts';
import { describePlanDifference, type PlanHeader } from '../../suite/index.ts';
import { readProvenance, writeProvenance } from './provenanceFile.ts';
import { readCompleteFile, readPartialFile, readPlanHeader } from './readRecords.ts';
import { recordFiles } from './recordFiles.ts';
import type { PartialFile, Stored, StoredLine, StoreFiles } from './StoreFiles.ts';
import { writeComplete } from './writeComplete.ts';
import { writeLines } from './writeLines.ts';

/**
 * The folder of a whole run: `plan.json`, one line per trajectory in `records.partial.jsonl` as
 * they end, and, when all have ended, `records.jsonl` in the order of the plan.
 */
export class ResultFiles implements StoreFiles {
  readonly lock: LockRules;
  readonly #folder: string;
  readonly #header: PlanHeader;
  #partialBytes = 0;
  #earlier: readonly ProcessProvenance[] = [];

  constructor(folder: string, header: PlanHeader) {
    this.#folder = folder;
    this.#header = header;
    this.lock = resultsLock(folder);
  }

  async remove(): Promise<void> {
    const { previews, ...files } = recordFiles;
    try {
      for (const name of Object.values(files)) await rm(this.#path(name), { force: true });
      const images = await readdir(this.#path(previews)).catch(() => []);
      for (const name of images.filter((image) => previewName.test(image))) {
        await rm(join(this.#path(previews), name));
      }
    } catch (cause) {
      throw cannotWrite(this.#folder, cause);
    }
  }

  async open(): Promise<Stored> {
    if (await this.#isNew()) {
      const text = JSON.stringify(this.#header, null, 2);
      await writeLines(this.#path(recordFiles.plan), [text]);
      return { lines: new Map(), isComplete: false, warnings: [] };
    }
    this.#earlier = (await readProvenance(this.#folder))?.processes ?? [];
    const completePath = this.#path(recordFiles.complete);
    const partialPath = this.#path(recordFiles.partial);
    const how = { keep: storedLine };
    const complete = await readCompleteFile(this.#folder, this.#header, how);
    const partial = await readPartialFile(partialPath, this.#header, how);
    this.#partialBytes = partial?.intactBytes ?? 0;
    const warnings = partial?.warnings ?? [];
    const lines = partial?.lines ?? new Map<string, StoredLine>();
    if (complete === undefined) return { lines, isComplete: false, warnings };
    if (complete.lines.size < this.#header.keys.length) {
      throw new RecordError(
        `${completePath} holds ${complete.lines.size} of ${this.#header.keys.length} trajectories`,
        { hint: choices },
      );
    }
    const all = complete.lines;
    const retried = [...lines].filter(([key]) => all.get(key)?.isRetryable === true);
    if (retried.length > 0) {
      return { lines: new Map([...all, ...retried]), isComplete: false, warnings };
    }
    // Left over by a process that was killed between writing the one and removing the other.
    await rm(partialPath, { force: true });
    this.#partialBytes = 0;
    if (!complete.isNoted) {
      await writeProvenance(this.#folder, { processes: this.#earlier, records: complete.whole });
    }
    return { lines: all, isComplete: true, warnings: complete.warnings };
  }

  async openPartial(by: ProcessProvenance | undefined): Promise<PartialFile> {
    const path = this.#path(recordFiles.partial);
    await this.#note(by);
    try {
      const file = await open(path, 'a');
      // What a killed process left of its last line.
      const { size } = await file.stat();
      if (size > this.#partialBytes) await file.truncate(this.#partialBytes);
      return { path, file, bytes: this.#partialBytes };
    } catch (cause) {
      throw cannotWrite(path, cause);
    }
  }

  async complete(lines: readonly StoredLine[], by: ProcessProvenance | undefined): Promise<void> {
    const texts = lines.map(({ text }) => text);
    await writeComplete(this.#folder, texts, by ? [...this.#earlier, by] : this.#earlier);
  }

  async breakOff(by: ProcessProvenance | undefined): Promise<void> {
    await this.#note(by);
  }

  /** Writes this process down beside those before it. */
  async #note(by: ProcessProvenance | undefined): Promise<void> {
    if (by === undefined) return;
    const noted = await readProvenance(this.#folder);
    const processes = [...this.#earlier, by];
    await writeProvenance(this.#folder, {
      processes,
      ...(noted?.records && { records: noted.records }),
    });
  }

  /** True if the folder holds no results yet; refuses those of another plan. */
  async #isNew(): Promise<boolean> {
    const existing = await readPlanHeader(this.#folder);
    if (existing === undefined) {
      const names = await readdir(this.#folder);
      const orphan = names.find(
        (name) => name === recordFiles.complete || name === recordFiles.partial,
      );
      if (orphan === undefined) return true;
      throw new RecordError(`${this.#folder} holds ${orphan} but no ${recordFiles.plan}`, {
        hint: choices,
      });
    }
    if (existing.planHash === this.#header.planHash) return false;
    const difference = describePlanDifference(existing, this.#header);
    throw new ConfigError(`${this.#folder} holds the results of another plan: ${difference}`, {
      hint: choices,
    });
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }
}

const choices = 'Choose another folder with --out, or replace these results with --force.';

const previewName = /^[0-9a-f]{16}-(before|after|in-focus)\.png$/;

/** The lock of a folder of results. */
export function resultsLock(folder: string): LockRules {
  return { path: join(folder, 'run.lock'), what: folder, holderElsewhere: 'refuse' };
}

/** A record as it is stored, with what was read of it, or is to be written. */
export function storedLine(record: TrajectoryRecord, line: Buffer | string): StoredLine {
  const rows = record.iterations.length;
  return { text: line.toString(), rows, isRetryable: isRetryable(record) };
}
