import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readRecords } from '../harness/experiment/index.ts';
import { ConfigError } from '../harness/microscope/index.ts';
import { htmlReport, type PreviewPngs, summarise } from '../reports/index.ts';

/**
 * Writes one self-contained HTML report of the records in one or more folders.
 *
 * @returns the path written.
 * @throws RecordError if a folder holds no readable records, ConfigError if `file` cannot be written.
 */
export async function writeHtmlReport(folders: readonly string[], file: string): Promise<string> {
  const stored = await Promise.all(folders.map(readRecords));
  const records = stored.flatMap((folder) => folder.records);
  const images = new Map<string, PreviewPngs>();
  for (const [i, { records: own }] of stored.entries()) {
    for (const { key, frames } of own) {
      if (frames === undefined) continue;
      const read = async (name: string) => readFile(join(folders[i] ?? '', name));
      images.set(key, {
        before: await read(frames.before),
        after: await read(frames.after),
        inFocus: await read(frames.inFocus),
      });
    }
  }
  const html = htmlReport({
    records,
    summary: summarise(records),
    title: stored.map(({ header }) => header.suite.title).join(', '),
    images,
    provenance: {},
  });
  try {
    await writeFile(`${file}.part`, html);
    await rename(`${file}.part`, file);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`cannot write ${file}: ${reason}`, { cause });
  }
  return file;
}
