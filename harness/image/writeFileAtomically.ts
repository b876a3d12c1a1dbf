import { randomUUID } from 'node:crypto';
import { rename, unlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ImageFileError } from '../microscope/index.ts';

/**
 * Writes a file so that nobody ever sees a part of it: under a temporary name in the same folder,
 * then renamed over whatever stood there.
 *
 * @throws ImageFileError if the folder is missing or cannot be written to; nothing is left behind.
 */
export async function writeFileAtomically(path: string, bytes: Uint8Array): Promise<void> {
  // biome-ignore lint/plugin: names a temporary file; no result depends on it.
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    await writeFile(temporary, bytes, { flag: 'wx' });
    await rename(temporary, path);
  } catch (cause) {
    await unlink(temporary).catch(() => {
      // The temporary file was never made, or its folder is gone: the first error tells more.
    });
    throw new ImageFileError(`Cannot write image '${path}': ${reasonOf(cause, path)}`, { cause });
  }
}

function reasonOf(cause: unknown, path: string): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  const folder = dirname(path);
  switch (code) {
    case 'ENOENT':
      return `there is no folder '${folder}'`;
    case 'ENOTDIR':
      return `'${folder}' is not a folder`;
    case 'EISDIR':
      return 'it is a folder';
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `the folder '${folder}' cannot be written to`;
    case 'ENOSPC':
      return 'the disk is full';
    default:
      return message;
  }
}
