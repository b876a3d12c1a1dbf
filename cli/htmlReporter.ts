import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { galleryRecords, htmlReport, type PreviewPngs, type Reporter } from '../reports/index.ts';
import type { StoredReport } from './reportInput.ts';

/** One self-contained page, with frames that lie beside the records. */
export const htmlReporter: Reporter<StoredReport> = {
  about: 'a page to look at, in one file',
  async files(input, path) {
    const { stored, ...rest } = input;
    const images = await readPreviews(stored);
    return [
      {
        path,
        content: htmlReport({ ...rest, summary: input.summary, images }),
      },
    ];
  },
};

/** Frames of the trajectories that a report shows; the others would fill the memory in vain. */
async function readPreviews(stored: StoredReport['stored']): Promise<Map<string, PreviewPngs>> {
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
