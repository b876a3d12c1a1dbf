import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { writeAtomically } from '../../../files/index.ts';
import type { StoredLine } from '../layout/index.ts';
import type { ShardFooter, ShardHeader } from './ShardHeader.ts';

/**
 * Writes a shard that has come to its end: header, one line per record, footer, compressed. Readers
 * see the whole file or none, and of two processes that write it at once the later one wins.
 *
 * @throws ConfigError if it cannot be written; the earlier file stays.
 */
export function writeShardFile(
  path: string,
  header: ShardHeader,
  lines: readonly StoredLine[],
): Promise<void> {
  const compressed = Readable.from(contents(header, lines)).pipe(createGzip());
  return writeAtomically(path, compressed, { isDurable: true });
}

function* contents(header: ShardHeader, lines: readonly StoredLine[]): Generator<Buffer> {
  const hash = createHash('sha256');
  const hashed = (text: string): Buffer => {
    const bytes = Buffer.from(`${text}\n`);
    hash.update(bytes);
    return bytes;
  };
  yield hashed(JSON.stringify(header));
  for (const { text } of lines) yield hashed(text);
  const rows = lines.reduce((sum, line) => sum + line.rows, 0);
  const footer: ShardFooter = { runs: lines.length, rows, sha256: hash.digest('hex') };
  yield Buffer.from(`${JSON.stringify(footer)}\n`);
}
