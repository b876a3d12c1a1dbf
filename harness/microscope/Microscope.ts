import type { FocusState } from './FocusState.ts';
import type { Frame, FrameRequest, StagePosition } from './Frame.ts';
import type { MicroscopeDescription } from './MicroscopeDescription.ts';

/** Options of every call that may take long. */
export interface CallOptions {
  /** Aborts the call; the promise then rejects with `signal.reason`. */
  readonly signal?: AbortSignal;
}

/**
 * The contract with any SEM: simulated, replayed or real.
 *
 * Requested, achieved and settled are three things: a set returns only after the column has
 * settled and the value was read back and compared. Nothing is limited silently, nothing pretends
 * to have worked: see its errors for the ways to fail.
 */
export interface Microscope {
  /** Every parameter with its unit, range or choices, settle time and whether it can be set. */
  describe(): Promise<MicroscopeDescription>;

  /** The focus state as the instrument reports it now. */
  readFocus(options?: CallOptions): Promise<FocusState>;

  /**
   * Sets, waits until settled, reads back, compares.
   *
   * @returns the whole focus state as read back.
   * @throws OutOfRange if a value lies outside the range described, before anything has moved.
   */
  writeFocus(target: Partial<FocusState>, options?: CallOptions): Promise<FocusState>;

  /** Exposes a frame wholly after this call, and after the last set has settled. */
  acquireFrame(request: FrameRequest, options?: CallOptions): Promise<Frame>;

  readStage(options?: CallOptions): Promise<StagePosition>;
  moveStage(position: StagePosition, options?: CallOptions): Promise<StagePosition>;

  /** Blanked: no electron reaches the specimen between exposures. */
  blankBeam(blanked: boolean, options?: CallOptions): Promise<void>;

  /** Ends the connection; the microscope is of no use afterwards. */
  close(): Promise<void>;
}
