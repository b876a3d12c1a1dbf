import type { RunSummary } from '../../../harness/gate/index.ts';
import type { ProcessProvenance } from '../../../harness/record/index.ts';

/** What is known of a run beside its records. */
export interface ReportRun {
  readonly summary: RunSummary;
  /** Of its records. */
  readonly keys: ReadonlySet<string>;
  /** Who computed them; empty where nobody wrote that down. */
  readonly processes: readonly ProcessProvenance[];
}
