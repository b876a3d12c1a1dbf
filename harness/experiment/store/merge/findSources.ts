import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { RecordError, reasonOf } from '../../../microscope/index.ts';
import { recordFiles } from '../layout/index.ts';
import { parseShardFileName } from '../shard/index.ts';

/** Where records may be found. */
export interface SourcePath {
  readonly path: string;
  /** A folder of results; the file of a shard; what a process has left of a shard it did not end. */
  readonly kind: 'results' | 'shard' | 'partial shard';
}

/**
 * What a merge is to read: files of shards, and in folders the shards and results in them. A folder
 * that holds neither may hold folders that do, one for each shard, as CI systems unpack artefacts.
 *
 * @returns sorted by path, each once, so that the order on the command line changes nothing.
 * @throws RecordError if a path does not exist or holds no records.
 */
export async function findSources(paths: readonly string[]): Promise<SourcePath[]> {
  const found: SourcePath[] = [];
  for (const path of paths) found.push(...(await sourcesAt(path)));
  const byPath = new Map(found.map((source) => [resolve(source.path), source]));
  return [...byPath.values()].sort((p, q) => (p.path < q.path ? -1 : 1));
}

async function sourcesAt(path: string): Promise<SourcePath[]> {
  const isFolder = await stat(path).then(
    (entry) => entry.isDirectory(),
    (cause) => {
      throw new RecordError(`cannot read ${path}: ${reasonOf(cause)}`, { cause });
    },
  );
  if (!isFolder) {
    const kind = parseShardFileName(basename(path))?.kind;
    const isResults = Object.values(recordFiles).some((name) => name === basename(path));
    if (isResults) return [{ path: dirname(path), kind: 'results' }];
    return [{ path: join(path), kind: kind === 'partial' ? 'partial shard' : 'shard' }];
  }
  const here = await sourcesIn(path);
  if (here.length > 0) return here;
  const below: SourcePath[] = [];
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (entry.isDirectory()) below.push(...(await sourcesIn(join(path, entry.name))));
  }
  if (below.length > 0) return below;
  throw new RecordError(`no shards and no records in ${path}`, {
    hint: 'Name files or folders that `semfocus run --shard` has written, or folders of results.',
  });
}

async function sourcesIn(folder: string): Promise<SourcePath[]> {
  const names = await readdir(folder);
  const shards = names.flatMap((name): SourcePath[] => {
    const kind = parseShardFileName(name)?.kind;
    if (kind === undefined) return [];
    return [{ path: join(folder, name), kind: kind === 'partial' ? 'partial shard' : 'shard' }];
  });
  return names.includes(recordFiles.plan)
    ? [{ path: join(folder), kind: 'results' }, ...shards]
    : shards;
}
