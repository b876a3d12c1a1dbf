import { createWriteStream } from 'node:fs';
import { open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { cannotWrite } from './cannotWrite.ts';
import { removeLeftovers, temporaryFile } from './temporaryFile.ts';
import { type WriteTarget, writeTarget } from './writeTarget.ts';

/** A whole file, or its pieces in order. */
type Content = string | Uint8Array | Iterable<string> | AsyncIterable<Uint8Array>;

/**
 * Writes a file as a whole or not at all: under a temporary name beside it, then renamed. Readers
 * see the old file or the whole new one. A symbolic link stays, and the file behind it is replaced.
 * The mode of an existing file stays. What killed processes have left in its folder is removed. A device, a FIFO and /dev/stdout are written to directly.
 *
 * @param isDurable - True if the bytes must be on the disk before the old file goes.
 * @throws ConfigError if it cannot be written, e.g. because its folder is missing. The old file
 *   stays, and no temporary file is left.
 */
export async function writeAtomically(
  path: string,
  content: Content,
  { isDurable = false }: { readonly isDurable?: boolean } = {},
): Promise<void> {
  try {
    const target = await writeTarget(path);
    await (target.isStraight
      ? writeStraight(target, content)
      : replace(target, content, isDurable));
  } catch (cause) {
    throw cannotWrite(path, cause);
  }
}

async function replace(
  { path, mode }: WriteTarget,
  content: Content,
  isDurable: boolean,
): Promise<void> {
  await tidy(dirname(path));
  const temporary = temporaryFile(path);
  try {
    const file = await open(temporary, 'wx', mode);
    try {
      // The mode given to `open` is cut by the mask of the process.
      if (mode !== undefined) await file.chmod(mode);
      await writeFile(file, content);
      if (isDurable) await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {
      // The first error tells more.
    });
    throw cause;
  }
}

const tidied = new Set<string>();

/** Once is enough: a folder may hold very many files. */
async function tidy(folder: string): Promise<void> {
  if (tidied.has(folder)) return;
  tidied.add(folder);
  await removeLeftovers(folder);
}

/** Appends, because the file behind /dev/stdout may hold more than this. */
async function writeStraight({ path, descriptor }: WriteTarget, content: Content): Promise<void> {
  const pieces = typeof content === 'string' || content instanceof Uint8Array ? [content] : content;
  const stream = createWriteStream(path, {
    flags: 'a',
    ...(descriptor !== undefined && { fd: descriptor, autoClose: false }),
  });
  await pipeline(Readable.from(pieces), stream);
}
