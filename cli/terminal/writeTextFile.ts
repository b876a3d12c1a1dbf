import { dirname } from 'node:path';
import { makeFolder, writeAtomically } from '../../harness/files/index.ts';

/**
 * Writes a result where a user wants it; its folder is made.
 *
 * @throws ConfigError if it cannot be written.
 */
export async function writeTextFile(file: string, text: string | Uint8Array): Promise<void> {
  await makeFolder(dirname(file));
  await writeAtomically(file, text);
}
