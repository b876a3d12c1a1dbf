import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname } from 'node:path';
import { cannotWrite } from './cannotWrite.ts';
import { makeFolder } from './makeFolder.ts';
import { writeTarget } from './writeTarget.ts';

/**
 * Makes the folder of a file that is to be written later, and refuses a file that cannot be
 * written: before a specimen is exposed for a result that would be lost.
 *
 * @throws ConfigError if the file cannot be written.
 */
export async function assertWritable(file: string): Promise<void> {
  await makeFolder(dirname(file));
  try {
    const { path, isStraight } = await writeTarget(file);
    await access(isStraight ? path : dirname(path), constants.W_OK);
  } catch (cause) {
    throw cannotWrite(file, cause);
  }
}
