import { join, resolve } from 'node:path';
import { FolderLock, makeFolder, writeAtomically } from '../../../files/index.ts';
import { ConfigError } from '../../../microscope/index.ts';
import type { TrajectoryRecord } from '../../../record/index.ts';
import { describePlanDifference } from '../../suite/index.ts';
import {
  readPlanHeader,
  readPreview,
  recordFiles,
  resultsLock,
  writeComplete,
  writeLines,
  writeProvenance,
} from '../layout/index.ts';
import { type Combined, combineSources } from './combineSources.ts';
import { findSources } from './findSources.ts';
import { readSource } from './readSource.ts';
import type { Source } from './Source.ts';

/** Options of {@link mergeResults}. */
export interface MergeOptions {
  /** Writes what there is, marked as partial, where trajectories are missing. */
  readonly allowPartial: boolean;
  /**
   * Drops lines of results that are damaged or repeat a trajectory, and names each in `onNotice`. Both of two
   * that contradict each other are dropped. They are refused where this is left out.
   */
  readonly repair?: boolean;
  /** Called with a line for the user that is no error. */
  readonly onNotice?: (message: string) => void;
}

/** What a merge came to. */
export interface Merged extends Omit<Combined, 'records' | 'processes' | 'warnings'> {
  /** `incomplete`: trajectories are missing, and nothing was written. */
  readonly status: 'complete' | 'partial' | 'incomplete';
  /** Files and folders that were read. */
  readonly sources: number;
  readonly records: number;
}

/**
 * Makes one folder of results of shards, other results and earlier merges: the one that a single
 * process would have written, but for times. Records that the folder holds already take part.
 *
 * @param paths - Files of shards, and folders that hold shards or results.
 * @throws RecordError if something cannot be read, is of another plan, or contradicts the rest;
 *   ConfigError if `out` cannot be written to or holds the results of another plan.
 */
export async function mergeResults(
  paths: readonly string[],
  out: string,
  { allowPartial, repair = false, onNotice = () => {} }: MergeOptions,
): Promise<Merged> {
  const found = await findSources(paths);
  const isOutRead = found.some(
    ({ path, kind }) => kind === 'results' && resolve(path) === resolve(out),
  );
  const sources: Source[] = [];
  const onDropped = repair ? onNotice : undefined;
  for (const path of found) sources.push(await readSource(path, onDropped));
  const first = combineSources(sources);
  const { plan } = first;
  if (first.missing.length > 0 && !allowPartial && (await readPlanHeader(out)) === undefined) {
    for (const warning of first.warnings) onNotice(warning);
    return resultOf(first, sources, 'incomplete');
  }
  await makeFolder(out);
  const lock = await FolderLock.acquire(resultsLock(out), onNotice);
  try {
    const existing = await readPlanHeader(out);
    if (existing !== undefined && existing.planHash !== plan.planHash) {
      const difference = describePlanDifference(existing, plan);
      throw new ConfigError(`${out} holds the results of another plan: ${difference}`, {
        hint: 'Choose another folder with --out.',
      });
    }
    if (existing !== undefined && !isOutRead) {
      sources.push(await readSource({ path: out, kind: 'results' }));
    }
    const combined = combineSources(sources);
    for (const warning of combined.warnings) onNotice(warning);
    const isComplete = combined.missing.length === 0;
    if (!isComplete && (!allowPartial || combined.records.length === 0)) {
      return resultOf(combined, sources, 'incomplete');
    }
    await write(combined, out);
    return resultOf(combined, sources, isComplete ? 'complete' : 'partial');
  } finally {
    await lock.release();
  }
}

function resultOf(
  { records, processes: _processes, warnings: _warnings, ...rest }: Combined,
  sources: readonly Source[],
  status: Merged['status'],
): Merged {
  return { ...rest, status, sources: sources.length, records: records.length };
}

/** What is not complete lies where a run leaves what it has not ended: every reader sees that. */
async function write({ plan, records, processes, missing }: Combined, out: string): Promise<void> {
  const texts = records.map(({ text }) => text);
  await copyPreviews(records, out);
  await writeLines(join(out, recordFiles.plan), [JSON.stringify(plan, null, 2)]);
  if (missing.length > 0) {
    const trajectories = plan.keys.length;
    const missed = trajectories - records.length;
    await writeProvenance(out, { processes, partial: { missing: missed, trajectories } });
    await writeLines(join(out, recordFiles.partial), texts);
    return;
  }
  await writeComplete(out, texts, processes);
}

/** Brings the previews along that still lie beside the shards. */
async function copyPreviews(records: Combined['records'], out: string): Promise<void> {
  for (const { text, folder } of records) {
    if (resolve(folder) === resolve(out)) continue;
    const { previews: frames }: TrajectoryRecord = JSON.parse(text);
    for (const name of Object.values(frames ?? {})) {
      const png = await readPreview(folder, name);
      if (png === undefined) continue;
      await makeFolder(join(out, recordFiles.previews));
      await writeAtomically(join(out, name), png);
    }
  }
}
