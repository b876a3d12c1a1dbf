import { createHash } from 'node:crypto';
import { constants, gunzipSync } from 'node:zlib';
import { readIfPresent } from '../../../files/index.ts';
import { isSemfocusError, RecordError, reasonOf } from '../../../microscope/index.ts';
import {
  isOfOtherSchema,
  type RecordFile,
  readRecordLines,
  type StoredLine,
  storedLine,
} from '../layout/index.ts';
import { parseShardHeader, type ShardHeader, shardFooterSchema } from './ShardHeader.ts';

/** A shard's file: whole, or not, for a reason that stands in a message. */
export type ShardFile =
  | {
      readonly isWhole: true;
      readonly header: ShardHeader;
      readonly lines: RecordFile<StoredLine>['lines'];
    }
  | {
      readonly isWhole: false;
      /** Of what can be read at all. */
      readonly header: ShardHeader | undefined;
      readonly reason: string;
    };

/**
 * Reads the file of a shard that has come to its end, or `undefined` where there is none. It may
 * have been decompressed.
 *
 * A file without a footer, or with a wrong one, was cut off or spoilt: none of its records counts.
 *
 * @throws RecordError if it is of another record schema, holds records of another plan, or cannot be read.
 */
export async function readShardFile(path: string): Promise<ShardFile | undefined> {
  const stored = await readIfPresent(path);
  if (stored === undefined) return undefined;
  const bytes = decompress(stored);
  if (bytes instanceof Error) {
    return { isWhole: false, header: undefined, reason: `it is damaged: ${reasonOf(bytes)}` };
  }
  const endOfHeader = bytes.indexOf(10) + 1;
  const header = headerOf(bytes.subarray(0, endOfHeader), path);
  const startOfFooter = bytes.lastIndexOf(10, bytes.length - 2) + 1;
  const notWhole = (reason: string): ShardFile => ({ isWhole: false, header, reason });
  const footer = footerOf(bytes.subarray(startOfFooter));
  if (footer === undefined || startOfFooter < endOfHeader) {
    return notWhole('it has no footer: it was cut off');
  }
  const sha256 = createHash('sha256').update(bytes.subarray(0, startOfFooter)).digest('hex');
  if (sha256 !== footer.sha256) {
    return notWhole('its SHA-256 is not that of its footer: it was changed or spoilt');
  }
  if (header === undefined) return notWhole('its header is damaged');
  const { lines } = await readRecordLines([bytes.subarray(endOfHeader, startOfFooter)], {
    path,
    firstLine: 2,
    keys: new Set(header.plan.keys),
    lastLine: 'complete',
    keep: storedLine,
  });
  const rows = [...lines.values()].reduce((sum, line) => sum + line.rows, 0);
  if (lines.size !== footer.runs || rows !== footer.rows) {
    return notWhole(
      `it holds ${lines.size} runs and ${rows} rows, its footer says ${footer.runs} and ${footer.rows}`,
    );
  }
  return { isWhole: true, header, lines };
}

/** As much as there is of a file that was cut off. */
function decompress(stored: Buffer): Buffer | Error {
  if (!(stored[0] === 0x1f && stored[1] === 0x8b)) return stored;
  try {
    return gunzipSync(stored, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch (cause) {
    return cause instanceof Error ? cause : new RecordError(String(cause));
  }
}

/** Refuses another schema. Damaged bytes may be the end of a file that is not whole. */
function headerOf(line: Buffer, path: string): ShardHeader | undefined {
  try {
    return parseShardHeader(line, path);
  } catch (error) {
    if (isSemfocusError(error, 'RecordError') && !isOfOtherSchema(line)) return undefined;
    throw error;
  }
}

function footerOf(line: Buffer) {
  if (line.at(-1) !== 10) return undefined;
  try {
    return shardFooterSchema.safeParse(JSON.parse(line.toString('utf8'))).data;
  } catch {
    return undefined;
  }
}
