import type { FocusChange, FocusParameter } from '../../harness/microscope/index.ts';
import type { Interval } from '../../harness/statistics/index.ts';
import type { Condition } from './Condition.ts';
import type { ReferenceStatistics } from './referenceStatistics.ts';
import type { SimToReal } from './SimToReal.ts';
import type { TargetView } from './TargetView.ts';

/** Version of the summary's shape. Fields may be added; none is renamed or removed within it. */
export const summarySchemaVersion = 1;

/** Absolute residuals of one parameter over the trajectories, in the unit of the field's name. */
export interface ResidualStatistics {
  readonly mean: number;
  /** Sample standard deviation over trajectories; `null` for a single one. */
  readonly sd: number | null;
  /** Interquartile mean, and its 95 % bootstrap interval over trajectories. */
  readonly iqm: number;
  readonly iqmInterval95: Interval;
  readonly median: number;
  readonly p95: number;
}

/**
 * The state of a group after one iteration; iteration 0 is the start.
 *
 * A trajectory that ended earlier (a search that stopped, a refusal, an exception) stays in with
 * its last row: last observation carried forward, because that is the state in which it left the
 * microscope; after an exception or a stop by the guard that is the start. `trajectoriesRunning`
 * counts those that came to the end of this iteration.
 */
export interface IterationStatistics {
  readonly iteration: number;
  readonly trajectoriesRunning: number;
  readonly absWorkingDistanceUm: ResidualStatistics;
  readonly absStigmatorX: ResidualStatistics;
  readonly absStigmatorY: ResidualStatistics;
  /** Since the start. */
  readonly frames: { readonly mean: number };
  /** On the specimen, since the start. */
  readonly doseElectronsPerNm2: { readonly mean: number };
  /** Fraction of the trajectories with all three residuals inside the margins; failed ones never. */
  readonly insideMargins: number;
}

/**
 * A quantity counted until the margins were reached for good, over all trajectories.
 *
 * Trajectories that never reached them are right-censored: they count as larger than every number.
 * `null` therefore means "more than any trajectory that reached them": the median is `null` when
 * half of the trajectories or more never did, an end of the interval when resampling says it may be.
 */
export interface CensoredStatistics {
  readonly median: number | null;
  readonly interval95: { readonly low: number | null; readonly high: number | null };
}

/** Quantiles over all iterations of all trajectories; `null` when no iteration was made. */
export interface CostStatistics {
  readonly p50: number | null;
  readonly p95: number | null;
}

/**
 * What was reached at the end of the trajectories against what is possible: the information bound
 * of one pair of frames around best focus. A trajectory ends with the error of its last estimate,
 * which near focus is that of one pair. Root mean squares over all trajectories that have a bound,
 * however they ended.
 */
export interface PairBoundStatistics {
  readonly trajectories: number;
  /** Standard deviation below which no unbiased estimate from one pair comes. */
  readonly sd: FocusChange;
  /** Of the last residual. */
  readonly rms: FocusChange;
  /** `sd / rms`: 1 at the limit; more is luck or a biased algorithm; `null` where `rms` is 0. */
  readonly efficiency: Readonly<Record<FocusParameter, number | null>>;
}

/**
 * The line through the first corrections of working distance (um) over what they ought to have been:
 * slope 1 and offset 0 for an algorithm without bias. Intervals are of a bootstrap over trajectories.
 */
export interface FirstCorrectionLine {
  readonly slope: number;
  readonly slopeInterval95: Interval;
  readonly offsetUm: number;
  readonly offsetUmInterval95: Interval;
}

/** The same of one stigmator, in its own units. */
interface FirstStigmatorCorrectionLine {
  readonly slope: number;
  readonly slopeInterval95: Interval;
  readonly offsetStigUnit: number;
  readonly offsetStigUnitInterval95: Interval;
}

/** All trajectories of one algorithm under one condition. */
export interface SummaryGroup {
  readonly algorithm: string;
  /**
   * What tells this group from others of the same algorithm under the same condition (parameters,
   * model, frame size, ...), as `name=value, name=value`; `null` where there is no other.
   */
  readonly variant: string | null;
  readonly condition: Condition;
  /**
   * What was made different on purpose, of the instrument or of what the algorithm was told about it;
   * `null` for the instrument as it is.
   */
  readonly variation: string | null;
  /** On an instrument, which knows no truth: what residuals are measured from; `null` in simulation. */
  readonly reference: ReferenceStatistics | null;
  readonly margins: { readonly workingDistanceUm: number; readonly stigmator: number };
  readonly trajectories: number;
  /** Number of trajectories by outcome; outcomes that did not occur are left out. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Those that converged, or declined where that is right, with Wilson's interval. */
  readonly success: {
    readonly count: number;
    readonly fraction: number;
    readonly interval95: Interval;
  };
  /** Of these, those that declined because there is nothing to focus on: they have no error. */
  readonly declinedRightly: number;
  readonly iterations: readonly IterationStatistics[];
  /** First iteration from which a converged trajectory stayed inside the margins to its end. */
  readonly iterationsToMargins: CensoredStatistics;
  /** Frames and dose spent by the end of that iteration. */
  readonly framesToMargins: CensoredStatistics;
  readonly doseToMarginsElectronsPerNm2: CensoredStatistics;
  /** `null` where no record holds a bound: algorithms that do not work on pairs. */
  readonly pairBound: PairBoundStatistics | null;
  /** `null` unless the starts are at least five, on both sides of focus. */
  readonly firstCorrection: FirstCorrectionLine | null;
  /** The same of either stigmator. */
  readonly firstCorrectionStigmatorX: FirstStigmatorCorrectionLine | null;
  readonly firstCorrectionStigmatorY: FirstStigmatorCorrectionLine | null;
  readonly computeMsPerIteration: CostStatistics;
  /**
   * How many trajectories ran at once while that was measured: the numbers that occur, ascending.
   * Empty where the records do not say.
   */
  readonly workers: readonly number[];
  /** Virtual time of the microscope per iteration: frames, overheads and settling. */
  readonly microscopeSPerIteration: CostStatistics;
}

/** What every report draws from; `semfocus report --format json` prints it. */
export interface Summary {
  readonly schema: typeof summarySchemaVersion;
  /** Sorted by condition, then algorithm. */
  readonly groups: readonly SummaryGroup[];
  /** How cheaply targets are reached, and how far a budget goes; in the order of the groups. */
  readonly targets: readonly TargetView[];
  /** What was measured on instruments against what was simulated; empty unless there is both. */
  readonly simToReal: readonly SimToReal[];
}
