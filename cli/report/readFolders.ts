import { basename, resolve } from 'node:path';
import { readProvenance, readRecords } from '../../harness/experiment/store/layout/index.ts';
import { summariseRun } from '../../harness/gate/index.ts';
import { ConfigError } from '../../harness/microscope/index.ts';
import type { ReportRun, StoredRecord } from '../../reports/index.ts';
import { originOf } from './readEvidence.ts';

/** The records of one or more runs. */
export interface FoldersRead {
  /** Of the suites; begins with PARTIAL where trajectories are missing. */
  readonly title: string;
  /** In the order of the folders. */
  readonly records: readonly StoredRecord[];
  /** Seeds made of a secret, with what reports call them. */
  readonly seedNames: ReadonlyMap<number, string>;
  /** Planned trajectories that have no record. */
  readonly missing: number;
  /** Facts about each folder that are not in its records. */
  readonly runs: readonly ReportRun[];
  /** Parts that are missing or were skipped; one line each. */
  readonly notices: readonly string[];
}

/**
 * Reads folders that `semfocus run` has written, complete or not.
 *
 * @throws RecordError if a folder holds no readable records; ConfigError if two hold the same
 *   trajectory, which counted twice would make everything look surer than it is.
 */
export async function readFolders(folders: readonly string[]): Promise<FoldersRead> {
  const read = await Promise.all(folders.map((folder) => readRecords(folder)));
  const notices: string[] = [];
  const folderOf = new Map<string, string>();
  const records = read.flatMap(({ header, records: own, missing, warnings }, i) => {
    const folder = folders[i] ?? '';
    notices.push(...warnings);
    if (missing.length > 0) {
      notices.push(
        `${folder} is incomplete: ${own.length} of ${header.keys.length} trajectories have a record`,
      );
    }
    return own.map((record) => {
      const other = folderOf.get(record.key);
      if (other !== undefined) {
        throw new ConfigError(
          `folders must have different trajectories. Received ${other} and ${folder}, which both have ${record.scenario.algorithm.name}, trajectory ${record.scenario.trajectory}`,
        );
      }
      folderOf.set(record.key, folder);
      return { folder, record };
    });
  });
  const titles = [...new Set(read.map(({ header }) => header.suite.title))].join(', ');
  const planned = read.reduce((sum, { header }) => sum + header.keys.length, 0);
  const missing = planned - records.length;
  const title =
    missing > 0 ? `PARTIAL: ${records.length} of ${planned} trajectories. ${titles}` : titles;
  const seedNames = new Map(
    read.flatMap(({ header: { suite, seedBank } }) =>
      seedBank === undefined ? [] : [[suite.seed, `seed bank ${seedBank}`]],
    ),
  );
  const runs = await Promise.all(
    read.map(async (stored, i): Promise<ReportRun> => {
      const folder = folders[i] ?? '';
      const processes = (await readProvenance(folder))?.processes ?? [];
      // A report is passed on: it does not say where on a disk its records lay.
      const name = basename(resolve(folder));
      return {
        summary: summariseRun({ name, ...stored, origins: processes.map(originOf) }),
        keys: new Set(stored.records.map(({ key }) => key)),
        processes,
      };
    }),
  );
  return { title, records, seedNames, missing, runs, notices };
}
