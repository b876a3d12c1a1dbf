import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { RecordError, reasonOf } from '../../../microscope/index.ts';

/** A preview has 480 x 360 px. */
const mostBytes = 4 * 2 ** 20;

/**
 * Reads a preview that a record names; `undefined` where it was removed. Records come from anywhere:
 * nothing is read but small regular files below the folder in which they lie.
 *
 * @param name - As it stands in the record.
 * @throws RecordError for a link that leads elsewhere, a device, a FIFO or a file that is too large.
 */
export async function readPreview(folder: string, name: string): Promise<Buffer | undefined> {
  const path = join(folder, name);
  const refused = (why: string) => new RecordError(`${path} is no preview of a record: ${why}`);
  try {
    const behindLinks = await realpath(path);
    if (!behindLinks.startsWith(`${await realpath(folder)}${sep}`)) {
      throw refused(`it leads to ${behindLinks}`);
    }
    // Opening a FIFO would wait for a writer.
    const file = await open(behindLinks, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const entry = await file.stat();
      const { size } = entry;
      if (!entry.isFile()) throw refused('it is no regular file');
      if (size > mostBytes) throw refused(`it has ${size} bytes, more than ${mostBytes}`);
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (cause instanceof RecordError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    // Removed, or left behind where a shard was run: the numbers are what counts.
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new RecordError(`cannot read ${path}: ${reasonOf(cause)}`, { cause });
  }
}
