import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProcessProvenance } from '../../../record/index.ts';
import { writeProvenance } from './provenanceFile.ts';
import { recordFiles } from './recordFiles.ts';
import { writeLines } from './writeLines.ts';

/**
 * Puts the whole of a run in the place of its parts. Killed at any moment it leaves a folder that can
 * be read: what the records hold stands in the provenance only while it is so.
 *
 * @param texts - Lines of records in the order of the plan.
 */
export async function writeComplete(
  folder: string,
  texts: readonly string[],
  processes: readonly ProcessProvenance[],
): Promise<void> {
  await writeProvenance(folder, { processes });
  const hash = createHash('sha256');
  await writeLines(join(folder, recordFiles.complete), hashed(texts, hash));
  await rm(join(folder, recordFiles.partial), { force: true });
  const records = { count: texts.length, sha256: hash.digest('hex') };
  await writeProvenance(folder, { processes, records });
}

function* hashed(texts: readonly string[], hash: ReturnType<typeof createHash>): Generator<string> {
  for (const text of texts) {
    hash.update(`${text}\n`);
    yield text;
  }
}
