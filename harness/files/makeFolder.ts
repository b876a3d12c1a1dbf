import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ConfigError } from '../microscope/index.ts';
import { cannotWrite } from './cannotWrite.ts';

/**
 * Makes a folder and those above it, where they are missing.
 *
 * One by one, because `mkdir` with `recursive` never comes back where a file system says of an
 * existing folder that it does not exist, as Linux does below `/proc`.
 *
 * @throws ConfigError if one of them is a file or cannot be made.
 */
export async function makeFolder(path: string): Promise<void> {
  const missing: string[] = [];
  for (let folder = resolve(path); !(await isFolder(folder)); folder = dirname(folder)) {
    missing.unshift(folder);
  }
  for (const folder of missing) {
    try {
      await mkdir(folder);
    } catch (cause) {
      // Another process may have made it meanwhile.
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cannotWrite(path, cause);
    }
  }
}

/** @throws ConfigError if it exists but is no folder, or if that cannot be found out. */
async function isFolder(path: string): Promise<boolean> {
  try {
    if ((await stat(path)).isDirectory()) return true;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' && dirname(path) !== path) return false;
    // Below a file nothing can be looked up; the file itself is met further up.
    if (code === 'ENOTDIR') return false;
    throw cannotWrite(path, cause);
  }
  throw new ConfigError(`${path} is a file. A folder is needed there`);
}
