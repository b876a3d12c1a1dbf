import type { Plan } from '../../../harness/experiment/suite/index.ts';

/** A run that a page follows. */
export interface LiveRun {
  readonly plan: Plan;
  /** Of the results; its previews are shown. */
  readonly folder: string;
  /** True where times are what the run is for: nothing is then made for the page while it computes. */
  readonly isTimed: boolean;
}
