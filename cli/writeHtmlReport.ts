import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { reasonOf } from '../harness/config/index.ts';
import { makeFolder } from '../harness/experiment/index.ts';
import { ConfigError } from '../harness/microscope/index.ts';
import packageJson from '../package.json' with { type: 'json' };
import { galleryRecords, htmlReport, type PreviewPngs, summarise } from '../reports/index.ts';
import type { FoldersRead } from './readFolders.ts';

/**
 * Writes one self-contained HTML report. A report that was there before is replaced by the whole
 * new one or not at all.
 *
 * @throws ConfigError if `file` cannot be written.
 */
export async function writeHtmlReport(
  { title, records: stored, seedNames, notices }: FoldersRead,
  file: string,
): Promise<void> {
  const records = stored.map(({ record }) => record);
  const html = htmlReport({
    records,
    summary: summarise(records),
    title,
    seedNames,
    images: await readPreviews(stored),
    provenance: {
      semfocus: packageJson.version,
      ...(notices.length > 0 && { Incomplete: notices.join('; ') }),
    },
  });
  await makeFolder(dirname(file));
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, html);
    await rename(temporary, file);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {
      // The first error tells more.
    });
    throw new ConfigError(`cannot write ${file}: ${reasonOf(cause)}`, { cause });
  }
}

/** Frames of the trajectories that a report shows; the others would fill the memory in vain. */
async function readPreviews(stored: FoldersRead['records']): Promise<Map<string, PreviewPngs>> {
  const folderOf = new Map(stored.map(({ folder, record }) => [record.key, folder]));
  const withFrames = stored.flatMap(({ record }) => (record.frames ? [record] : []));
  const images = new Map<string, PreviewPngs>();
  for (const { record } of galleryRecords(withFrames)) {
    const { key, frames } = record;
    if (frames === undefined) continue;
    const read = (name: string) => readFile(join(folderOf.get(key) ?? '', name));
    try {
      const [before, after, inFocus] = await Promise.all(
        [frames.before, frames.after, frames.inFocus].map(read),
      );
      if (before && after && inFocus) images.set(key, { before, after, inFocus });
    } catch (cause) {
      // Somebody has tidied up: the numbers are what counts, and the gallery says what it lacks.
      if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    }
  }
  return images;
}
