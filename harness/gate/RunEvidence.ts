import type { PlanHeader } from '../experiment/suite/index.ts';
import type { TrajectoryRecord } from '../record/index.ts';
import type { Essence } from './Essence.ts';

/** One process that computed some of the records, as far as a report names it. */
export interface RunOrigin {
  /** What its user calls the run, and the words given with it. */
  readonly runName?: string;
  readonly tags?: readonly string[];
  readonly gitSha?: string;
  readonly gitDirty?: boolean;
  /** What results may differ in although nothing was changed: engine, processor, runtime. */
  readonly runtimeClass?: string;
  /** Arguments of the command that ran. */
  readonly commandLine?: readonly string[];
}

/** All that is known of one side of a comparison. */
export interface RunEvidence<Kept = TrajectoryRecord | Essence> {
  /** What people call it: the folder. */
  readonly name: string;
  readonly header: PlanHeader;
  readonly records: readonly Kept[];
  /** Keys of planned trajectories without a record. */
  readonly missing: readonly string[];
  /** The processes that computed it; empty if they were not recorded. */
  readonly origins: readonly RunOrigin[];
}
