import {
  type AcquisitionLog,
  type Frame,
  type Guard,
  type GuardOptions,
  guardMicroscope,
  limitCallTimes,
  type Microscope,
  type RecordedCall,
  recordMicroscope,
  verifyFocus,
  watchFrames,
} from '../microscope/index.ts';
import { checkFrames } from './checkFrames.ts';

/** What a session enforces, and who is told of it. */
export interface SessionOptions extends Omit<GuardOptions, 'takeDoubt'> {
  /** How long an answer may take beyond the times that the instrument states, ms. */
  readonly callMarginMs?: number | undefined;
  /** Told of every call to the instrument as it ends. */
  readonly onCall?: ((call: RecordedCall) => void) | undefined;
  /**
   * Told of every frame, also of one that is then rejected. What it returns is waited for, and the
   * exposure ends in its error. Pixels that it wants to keep longer are to be copied.
   */
  readonly onFrame?: ((frame: Frame) => void | Promise<void>) | undefined;
}

/** An instrument that can be handed to an algorithm, and two ways to end that. */
export interface Session extends Guard {
  /** What the instrument was asked for and has spent, live. */
  readonly log: AcquisitionLog;
  /**
   * Keeps the state reached and blanks the beam where that is possible. From here on the guarded
   * microscope refuses to be used; the instrument stays open.
   */
  leave(): Promise<void>;
}

/**
 * Puts everything between an instrument and an algorithm that belongs there. From the instrument
 * outwards:
 *
 * 1. the clock, next to the instrument: it gives up a call that is not answered in time, and lets the
 *    next one begin only then;
 * 2. the recorder: it counts what the instrument was really asked for, read-backs of the verifier and
 *    the way back of the guard included, and nothing that was refused;
 * 3. the watcher, if there is an observer: it shows a frame that is in the sums already, also one
 *    that is then rejected;
 * 4. the checks of frames: what shows nothing, or was not exposed anew, is not handed on;
 * 5. the verifier: it compares every set and every frame with what the instrument was told;
 * 6. the guard, outermost: it refuses before anything below has moved or exposed, and its way back
 *    is recorded and verified as well.
 *
 * @param instrument - Stays open.
 * @throws RangeError if a limit or the budget is not a number above 0; whatever describing the
 *   instrument and reading its starting state throw.
 */
export async function openSession(
  instrument: Microscope,
  { onCall, onFrame, callMarginMs, ...rules }: SessionOptions,
): Promise<Session> {
  const timed = limitCallTimes(instrument, callMarginMs);
  const { microscope: recorded, log } = recordMicroscope(timed.microscope, onCall);
  const watched = onFrame === undefined ? recorded : watchFrames(recorded, onFrame);
  const guard = await guardMicroscope(verifyFocus(checkFrames(watched)), {
    ...rules,
    takeDoubt: timed.takeDoubt,
  });
  const { microscope, description } = guard;
  return {
    ...guard,
    log,
    async leave() {
      if (description.canBlankBeam) await microscope.blankBeam(true);
      await microscope.close();
    },
  };
}
