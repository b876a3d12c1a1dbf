import packageJson from '../../package.json' with { type: 'json' };
import {
  type ReportInput,
  type StoredBaseline,
  type Summary,
  summarise,
} from '../../reports/index.ts';
import type { FoldersRead } from './readFolders.ts';

/** The summary is computed when a report first asks for it: tables do without. */
export function reportInput(
  { records: stored, ...read }: FoldersRead,
  baseline?: StoredBaseline,
): ReportInput {
  const records = stored.map(({ record }) => record);
  let summary: Summary | undefined;
  return {
    ...read,
    stored,
    records,
    ...(baseline && { baseline }),
    provenance: {
      semfocus: packageJson.version,
      ...(read.notices.length > 0 && { Incomplete: read.notices.join('; ') }),
    },
    get summary() {
      summary ??= summarise(records);
      return summary;
    },
  };
}
