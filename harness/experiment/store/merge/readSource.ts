import { dirname, join } from 'node:path';
import { isSemfocusError, RecordError } from '../../../microscope/index.ts';
import {
  readPlanHeader,
  readProvenance,
  readResultFile,
  recordFiles,
  type StoredLine,
  storedLine,
  whichCounts,
} from '../layout/index.ts';
import { readShardFile, readShardPartial, type ShardHeader } from '../shard/index.ts';
import type { SourcePath } from './findSources.ts';
import type { Source } from './Source.ts';

/**
 * Reads one file or folder for a merge. Of a shard that is not whole no record counts; of a folder
 * of results those that are there do.
 *
 * @param onDropped - Told of lines of results that are damaged or repeat a trajectory; these are
 *   refused where it is left out.
 * @throws RecordError if it is not there, of another schema, or damaged in a way that being cut off
 *   does not explain.
 */
export async function readSource(
  { path, kind }: SourcePath,
  onDropped?: (message: string) => void,
): Promise<Source> {
  switch (kind) {
    case 'shard':
      return readShard(path);
    case 'partial shard':
      return readPartial(path);
    case 'results':
      return readResults(path, onDropped);
  }
}

async function readShard(path: string): Promise<Source> {
  const file = await readShardFile(path);
  if (file === undefined) throw new RecordError(`there is no ${path}`);
  const { header } = file;
  return {
    ...ofShard(path, header),
    lines: file.isWhole ? textsOf(file.lines) : new Map(),
    ...(!file.isWhole && { notWhole: file.reason }),
    warnings: [],
  };
}

async function readPartial(path: string): Promise<Source> {
  const file = await readShardPartial(path);
  if (file === undefined) throw new RecordError(`there is no ${path}`);
  const { header, lines } = file;
  const runs = `${lines.size} ${lines.size === 1 ? 'trajectory' : 'trajectories'}`;
  return {
    ...ofShard(path, header),
    lines: new Map(),
    notWhole: `its process has not ended; it has stored ${runs} so far`,
    warnings: [],
  };
}

async function readResults(
  folder: string,
  onDropped: ((message: string) => void) | undefined,
): Promise<Source> {
  const plan = await readPlanHeader(folder);
  if (plan === undefined) throw new RecordError(`there is no ${join(folder, recordFiles.plan)}`);
  const file = await readResultFile(folder, plan, {
    keep: storedLine,
    ...(onDropped && { repair: { isSame, onDropped } }),
  });
  return {
    name: folder,
    folder,
    plan,
    lines: file === undefined ? new Map() : textsOf(file.lines),
    processes: (await readProvenance(folder))?.processes ?? [],
    warnings: file?.warnings ?? [],
  };
}

function isSame({ text: first }: StoredLine, { text: second }: StoredLine): boolean {
  try {
    whichCounts({ name: 'the first', text: first }, { name: 'the second', text: second });
    return true;
  } catch (error) {
    if (isSemfocusError(error, 'RecordError')) return false;
    throw error;
  }
}

function ofShard(path: string, header: ShardHeader | undefined) {
  return {
    name: path,
    folder: dirname(path),
    plan: header?.plan,
    processes: header?.provenance ?? [],
    ...(header && { division: { shard: header.shard, assignment: header.assignment } }),
  };
}

function textsOf(lines: ReadonlyMap<string, { readonly text: string }>): Map<string, string> {
  return new Map([...lines].map(([key, { text }]) => [key, text]));
}
