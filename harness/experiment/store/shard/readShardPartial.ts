import { readIfPresent } from '../../../files/index.ts';
import { RecordError } from '../../../microscope/index.ts';
import { type RecordFile, readRecordLines, type StoredLine, storedLine } from '../layout/index.ts';
import { parseShardHeader, type ShardHeader } from './ShardHeader.ts';

/** What a process has stored of a shard that it did not bring to its end. */
export interface ShardPartial {
  readonly path: string;
  /** Undefined where the process was killed while writing it. */
  readonly header: ShardHeader | undefined;
  readonly lines: RecordFile<StoredLine>['lines'];
  /** Of the file when it was read: it grows where its process is alive after all. */
  readonly bytes: number;
  readonly warnings: readonly string[];
}

/**
 * Reads what a process has stored of a shard, or `undefined` where there is no such file. A last
 * line that is cut off is passed over with a warning.
 *
 * @throws RecordError if anything else is damaged, of another schema, or cannot be read.
 */
export async function readShardPartial(path: string): Promise<ShardPartial | undefined> {
  const bytes = await readIfPresent(path);
  if (bytes === undefined) return undefined;
  const endOfHeader = bytes.indexOf(10) + 1;
  const common = { path, bytes: bytes.length };
  if (endOfHeader === 0) {
    const warnings = [`${path} line 1 is cut off. The file is passed over`];
    return { ...common, header: undefined, lines: new Map(), warnings };
  }
  const header = parseShardHeader(bytes.subarray(0, endOfHeader), path);
  const { lines, warnings } = await readRecordLines([bytes.subarray(endOfHeader)], {
    path,
    firstLine: 2,
    keys: new Set(header.plan.keys),
    lastLine: 'cut off',
    keep: storedLine,
  });
  return { ...common, header, lines, warnings };
}

/** @throws RecordError if a file with this name holds another plan after all. */
export function assertPlan(header: ShardHeader, planHash: string, path: string): void {
  if (header.planHash !== planHash) {
    throw new RecordError(
      `${path} must hold plan ${planHash}, as its name says. Received ${header.planHash}`,
      { hint: 'Move the file away.' },
    );
  }
}
