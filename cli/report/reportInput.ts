import type { GateReport } from '../../harness/gate/index.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { type ReportInput, type Summary, summarise } from '../../reports/index.ts';
import type { FoldersRead } from './readFolders.ts';

/** What reports are made of, and where it lies. */
export interface StoredReport extends ReportInput {
  readonly stored: FoldersRead['records'];
  readonly runs: FoldersRead['runs'];
  /** What they are held against, where there is something. */
  readonly baseline?: StoredBaseline;
}

/** What the gate says of records against others, and where those lie. */
export interface StoredBaseline {
  readonly gate: GateReport;
  readonly stored: FoldersRead['records'];
}

/** The summary is computed when a report first asks for it: tables do without. */
export function reportInput(
  { records: stored, ...read }: FoldersRead,
  baseline?: StoredBaseline,
): StoredReport {
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
