import { createHash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { cannotWrite } from '../../../files/index.ts';
import type { StoredLine } from '../layout/index.ts';
import type { ShardFooter, ShardHeader } from './ShardHeader.ts';

/**
 * Writes a shard that has come to its end: header, one line per record, footer, compressed. Readers
 * see the whole file or none, and of two processes that write it at once the later one wins.
 *
 * @param token - Of no other process.
 * @throws ConfigError if it cannot be written; what was there stays.
 */
export async function writeShardFile(
  path: string,
  header: ShardHeader,
  lines: readonly StoredLine[],
  token: string,
): Promise<void> {
  const temporary = `${path}.${token}.tmp`;
  try {
    const file = await open(temporary, 'w');
    try {
      const compressed = Readable.from(contents(header, lines)).pipe(createGzip());
      for await (const chunk of compressed) await file.appendFile(chunk);
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
