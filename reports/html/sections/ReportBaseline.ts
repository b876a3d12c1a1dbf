import type { GateReport } from '../../../harness/gate/index.ts';
import type { TrajectoryRecord } from '../../../harness/record/index.ts';
import type { PreviewPngs } from '../pictures/PreviewPngs.ts';

/** What a run is held against. */
export interface ReportBaseline {
  /** The verdict, with the scenarios lost and won. */
  readonly gate: GateReport;
  /** All of the baseline. */
  readonly records: readonly TrajectoryRecord[];
  /** Its frames, by key of its record; those of `picturedFlips` are enough. */
  readonly images: ReadonlyMap<string, PreviewPngs>;
}
