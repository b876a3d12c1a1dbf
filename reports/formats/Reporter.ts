import type { GateReport } from '../../harness/gate/index.ts';
import type { TrajectoryRecord } from '../../harness/record/index.ts';
import type { Provenance, ReportRun } from '../html/index.ts';
import type { Summary } from '../summary/index.ts';
import type { SeedNames } from '../table/index.ts';
import type { ConsoleOptions } from './consoleReport.ts';

/** A record and the folder in which it lies, with its previews. */
export interface StoredRecord {
  readonly folder: string;
  readonly record: TrajectoryRecord;
}

/** What the gate says of records against others, and where those lie. */
export interface StoredBaseline {
  readonly gate: GateReport;
  readonly stored: readonly StoredRecord[];
}

/** What every report is made of. */
export interface ReportInput {
  /** Of the suites; begins with PARTIAL where trajectories are missing. */
  readonly title: string;
  readonly records: readonly TrajectoryRecord[];
  /** The same records. */
  readonly stored: readonly StoredRecord[];
  /** Of these records. */
  readonly summary: Summary;
  readonly seedNames: SeedNames;
  /** Planned trajectories that have no record. */
  readonly missing: number;
  /** Parts that are missing or were skipped; one line each. */
  readonly notices: readonly string[];
  /** What the caller knows of where the records come from. */
  readonly provenance: Provenance;
  /** Facts about each run that are not in its records. */
  readonly runs: readonly ReportRun[];
  /** What the records are held against, where there is something. */
  readonly baseline?: StoredBaseline;
}

/** A whole file. */
interface ReportFile {
  readonly path: string;
  readonly content: string | Uint8Array;
}

/**
 * One way to show records. Equal input gives equal bytes, whether it comes from a run that has just
 * ended or from a folder.
 */
export interface Reporter {
  /** Its purpose, in a few words. */
  readonly about: string;
  /** What stands on stdout, ending in a newline; absent where it is no text for people or pipes. */
  readonly print?: (input: ReportInput, how: ConsoleOptions) => string;
  /** The file itself, then those that belong beside it. */
  readonly files: (
    input: ReportInput,
    path: string,
  ) => readonly ReportFile[] | Promise<readonly ReportFile[]>;
}

/** A reporter whose file holds its printed text, without colours. */
export function textReporter(
  about: string,
  print: (input: ReportInput, how: ConsoleOptions) => string,
): Reporter {
  return {
    about,
    print,
    files: (input, path) => [{ path, content: print(input, { colour: false }) }],
  };
}

/** `out.csv` and `iterations` make `out.iterations.csv`. */
export function besidePath(path: string, name: string): string {
  const [, stem = path, extension = ''] = /^(.*?[^/\\])(\.[^./\\]+)?$/.exec(path) ?? [];
  return `${stem}.${name}${extension}`;
}
