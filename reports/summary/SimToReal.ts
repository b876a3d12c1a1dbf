import type { Interval } from '../../harness/statistics/index.ts';
import type { ValidationVerdict } from '../../harness/validation/index.ts';
import type { Condition } from './Condition.ts';

/** What is compared of the trajectories of an algorithm. */
type ComparedQuantity =
  /** Share of the trajectories inside the margins at their end. */
  | 'insideMargins'
  /** Distance of the working distance from focus after an iteration, um. */
  | 'absWorkingDistanceUm'
  | 'doseToMarginsElectronsPerNm2'
  /** Frames, overheads and settling, s. */
  | 'microscopeToMarginsS';

/** One side of a comparison. */
export interface ComparedSide {
  /** A share, or the geometric mean over trajectories; `null` where none has it. */
  readonly value: number | null;
  /** 95 %; `null` for fewer than two. */
  readonly interval95: Interval | null;
  /** Trajectories that it is of. */
  readonly trajectories: number;
}

/** One quantity of one algorithm, on the instrument and in simulation. */
export interface ComparedFigure {
  readonly algorithm: string;
  readonly dwellTimeNs: number;
  readonly quantity: ComparedQuantity;
  /** Of `absWorkingDistanceUm`. */
  readonly iteration: number | null;
  readonly measured: ComparedSide;
  readonly simulated: ComparedSide;
  /** Where a measured value is inside; `null` where it cannot be said. */
  readonly inside: Interval | null;
  /** Distance of the measured value from its prediction, in standard deviations. */
  readonly z: number | null;
  readonly isInside: boolean | null;
}

/** A suite on an instrument against the same suite in simulation. */
export interface SimToReal {
  readonly measured: Omit<Condition, 'dwellTimeNs'>;
  readonly simulated: Omit<Condition, 'dwellTimeNs'>;
  /**
   * Where the reference method ends in simulation, from the truth, um: what simulated distances are measured from.
   * `null` where it was not simulated with its parameters and dwell time; they are then measured from the truth.
   */
  readonly referenceBiasUm: number | null;
  readonly figures: readonly ComparedFigure[];
  /** Algorithms of the instrument with their dwell times, of which there is no simulated trajectory like them. */
  readonly notCompared: readonly { readonly algorithm: string; readonly dwellTimeNs: number }[];
  /** R: root mean square of z; `null` where nothing could be compared. */
  readonly r: number | null;
  readonly verdict: ValidationVerdict;
}
