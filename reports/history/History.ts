import type { GateVerdict, RunSummary } from '../../harness/gate/index.ts';
import type {
  CensoredStatistics,
  Condition,
  ResidualStatistics,
  SummaryGroup,
} from '../summary/index.ts';

/** Version of the JSON of a history. Fields may be added; none is renamed or removed within it. */
export const historySchemaVersion = 1;

/** A run, and what the gate says of it. */
export interface HistoryRun extends RunSummary {
  /** Against the last earlier run of the same suite; `null` for the first of a suite. */
  readonly gate: {
    readonly against: string;
    readonly verdict: GateVerdict;
    readonly sentence: string;
  } | null;
}

/** What one run reached with an algorithm under a condition, as the headline table of its report tells it. */
export interface HistoryPoint {
  readonly trajectories: number;
  readonly success: SummaryGroup['success'];
  /** At the end. */
  readonly absWorkingDistanceUm: Pick<ResidualStatistics, 'iqm' | 'iqmInterval95'> | null;
  readonly doseToMarginsElectronsPerNm2: CensoredStatistics;
  /** Median over iterations; `null` where no iteration was made. */
  readonly microscopeSPerIteration: number | null;
  readonly computeMsPerIteration: number | null;
}

/** An algorithm under a condition, over the runs. */
export interface HistoryCourse {
  readonly algorithm: string;
  /** What tells it from others of the same algorithm in a run. */
  readonly variant: string | null;
  readonly condition: Condition;
  /** One for each run; `null` where it has none. */
  readonly points: readonly (HistoryPoint | null)[];
}

/** What runs reached, one after the other. */
export interface History {
  readonly schema: typeof historySchemaVersion;
  /** The oldest first. */
  readonly runs: readonly HistoryRun[];
  /** In the order of the reports: by condition, then algorithm; those of later runs alone come last. */
  readonly courses: readonly HistoryCourse[];
}
