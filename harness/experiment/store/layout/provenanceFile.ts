import { join } from 'node:path';
import { readIfPresent } from '../../../files/index.ts';
import { RecordError, reasonOf } from '../../../microscope/index.ts';
import {
  type ProcessProvenance,
  type Provenance,
  provenanceSchema,
} from '../../../record/index.ts';
import { mismatch } from './parseStored.ts';
import { recordFiles } from './recordFiles.ts';
import { writeLines } from './writeLines.ts';

/**
 * The provenance of the records of a folder, or `undefined` if it was not recorded.
 *
 * @throws RecordError if it is damaged, of another schema, or cannot be read.
 */
export async function readProvenance(folder: string): Promise<Provenance | undefined> {
  const path = join(folder, recordFiles.provenance);
  const bytes = await readIfPresent(path);
  if (bytes === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new RecordError(`${path} is damaged: ${reasonOf(cause)}`, { cause, hint });
  }
  const result = provenanceSchema.safeParse(value);
  if (result.success) return result.data;
  const reason = mismatch(provenanceSchema, value, result.error);
  throw new RecordError(`${path} cannot be read: ${reason}`, { hint });
}

const hint =
  'Install the version of semfocus that wrote it, or delete the file. No result depends on it.';

/** @throws ConfigError if it cannot be written. */
export async function writeProvenance(
  folder: string,
  {
    processes,
    ...about
  }: Omit<Provenance, 'schema' | 'processes'> & {
    readonly processes: readonly ProcessProvenance[];
  },
): Promise<void> {
  const provenance: Provenance = { schema: 1, ...about, processes: byBeginning(processes) };
  const text = JSON.stringify(provenance, null, 2);
  await writeLines(join(folder, recordFiles.provenance), [text]);
}

/** In the order in which they began, each once, whatever order they come in. */
export function byBeginning(processes: readonly ProcessProvenance[]): ProcessProvenance[] {
  const byText = new Map(processes.map((one) => [`${one.startedAt} ${JSON.stringify(one)}`, one]));
  return [...byText].sort(([p], [q]) => (p < q ? -1 : 1)).map(([, one]) => one);
}
