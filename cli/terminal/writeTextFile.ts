import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { reasonOf } from '../../harness/config/index.ts';
import { makeFolder } from '../../harness/files/index.ts';
import { ConfigError } from '../../harness/microscope/index.ts';

/**
 * Makes the folder of a file that is to be written later, and refuses where that will fail: before
 * a specimen is exposed for what could not be kept.
 *
 * @throws ConfigError if the file cannot be written.
 */
export async function assertWritable(file: string): Promise<void> {
  await makeFolder(dirname(file));
  const isFolder = await stat(file).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isFolder) throw new ConfigError(`cannot write ${file}: it is a folder`);
  await access(dirname(file), constants.W_OK).catch((cause) => {
    throw new ConfigError(`cannot write ${file}: ${reasonOf(cause)}`, { cause });
  });
}

/**
 * Writes a file as a whole or not at all, over whatever stood there.
 *
 * @throws ConfigError if it cannot be written; nothing is left behind.
 */
export async function writeTextFile(file: string, text: string | Uint8Array): Promise<void> {
  await makeFolder(dirname(file));
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, text);
    await rename(temporary, file);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {
      // The first error tells more.
    });
    throw new ConfigError(`cannot write ${file}: ${reasonOf(cause)}`, { cause });
  }
}
