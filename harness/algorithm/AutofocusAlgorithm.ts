import type {
  Calibration,
  Clock,
  FocusChange,
  FocusState,
  FrameRequest,
  Microscope,
} from '../microscope/index.ts';
import type { RandomStream } from '../numeric/index.ts';

/** Anything that JSON can say. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/** Everything an algorithm is handed. It can reach nothing else. */
export interface AutofocusContext {
  readonly microscope: Microscope;
  /** The frame to expose; the dose per frame follows from it. */
  readonly frame: FrameRequest;
  readonly calibration: Calibration;
  readonly random: RandomStream;
  readonly signal: AbortSignal;
  /** For measuring computing time only. */
  readonly clock: Clock;
}

/** What one iteration did. */
export interface AutofocusStep {
  /** 1, 2, ... */
  readonly iteration: number;
  /** The change of the state since the start of the iteration. */
  readonly correction: FocusChange;
  /** One standard deviation of the correction as the algorithm believes it. */
  readonly correctionSd?: FocusChange;
  /** The state the microscope was left in, as read back. */
  readonly focus: FocusState;
  /** Frames exposed in this iteration. */
  readonly framesUsed: number;
  /** Computing time of this iteration, in ms, without the time spent in the microscope. */
  readonly computeMs: number;
  /**
   * Set when the algorithm saw nothing to focus on, or gives up, and says why; the correction is then
   * zero, or takes back what earlier iterations had changed.
   */
  readonly declined?: string;
  readonly diagnostics?: { readonly [name: string]: Json };
}

/** The contract with any autofocus algorithm. */
export interface AutofocusAlgorithm {
  readonly name: string;
  /** Raised whenever results can change; part of the record's key. */
  readonly version: string;
  /** Every parameter with its value, defaults filled in; part of the record's key. */
  readonly parameters: Json;

  /**
   * One item per iteration, until the algorithm is done or the caller stops asking.
   * Between items the microscope is in the state `focus` of the last one.
   */
  run(context: AutofocusContext): AsyncIterable<AutofocusStep>;
}
