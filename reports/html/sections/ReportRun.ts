import type { RunSummary } from '../../../harness/gate/index.ts';
import type { ProcessProvenance } from '../../../harness/record/index.ts';

/** Facts about a run that are not in its records. */
export interface ReportRun {
  readonly summary: RunSummary;
  /** Of its records. */
  readonly keys: ReadonlySet<string>;
  /** The processes that computed them; empty if they were not recorded. */
  readonly processes: readonly ProcessProvenance[];
}
