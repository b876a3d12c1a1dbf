import { open, rename, rm } from 'node:fs/promises';
import { cannotWrite } from './cannotWrite.ts';

/**
 * Writes lines into a file: readers see the old one or the whole new one. Only whoever holds the
 * lock of the place may write there, because the temporary file has a name of no owner.
 *
 * @throws ConfigError if it cannot be written; the old file stays.
 */
export async function writeAtomically(path: string, lines: readonly string[]): Promise<void> {
  const temporary = `${path}.tmp`;
  try {
    const file = await open(temporary, 'w');
    try {
      for (const line of lines) await file.appendFile(`${line}\n`);
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
