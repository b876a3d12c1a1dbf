import { readFile } from 'node:fs/promises';
import { RecordError, reasonOf } from '../microscope/index.ts';

/**
 * The bytes of a file, or `undefined` where there is none.
 *
 * @throws RecordError if it is there and cannot be read.
 */
export async function readIfPresent(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new RecordError(`cannot read ${path}: ${reasonOf(cause)}`, { cause });
  }
}
