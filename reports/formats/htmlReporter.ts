import { readPreview } from '../../harness/experiment/store/layout/index.ts';
import { galleryRecords, htmlReport, type PreviewPngs, picturedFlips } from '../html/index.ts';
import type { Reporter, StoredRecord } from './Reporter.ts';

/** One self-contained page, with frames that lie beside the records. */
export const htmlReporter: Reporter = {
  about: 'a page to look at, in one file',
  async files(input, path) {
    const { stored, baseline, ...rest } = input;
    const flips = picturedFlips(baseline?.gate.flips ?? []);
    const withFrames = input.records.filter(({ previews: frames }) => frames !== undefined);
    const images = await readPreviews(stored, [
      ...galleryRecords(withFrames).map(({ record }) => record.key),
      ...flips.map(({ key }) => key),
    ]);
    const content = htmlReport({
      ...rest,
      summary: input.summary,
      images,
      ...(baseline && {
        baseline: {
          gate: baseline.gate,
          records: baseline.stored.map(({ record }) => record),
          images: await readPreviews(
            baseline.stored,
            flips.map(({ baseKey }) => baseKey),
          ),
        },
      }),
    });
    return [{ path, content }];
  },
};

/** Frames of some trajectories; those of all would fill the memory in vain. */
async function readPreviews(
  stored: readonly StoredRecord[],
  keys: readonly string[],
): Promise<Map<string, PreviewPngs>> {
  const wanted = new Set(keys);
  const images = new Map<string, PreviewPngs>();
  for (const { folder, record } of stored) {
    const { key, previews: frames } = record;
    if (frames === undefined || !wanted.has(key)) continue;
    const before = await readPreview(folder, frames.before);
    const after = await readPreview(folder, frames.after);
    const inFocus = await readPreview(folder, frames.inFocus);
    // Where files were removed, the numbers count, and the gallery says what it lacks.
    if (before && after && inFocus) images.set(key, { before, after, inFocus });
  }
  return images;
}
