import {
  type AutofocusAlgorithm,
  type AutofocusStep,
  isClearlyBlurrier,
  sharpnessTiles,
} from '../algorithm/index.ts';
import type {
  Calibration,
  Clock,
  FocusLimits,
  FocusState,
  FrameRequest,
} from '../microscope/index.ts';
import type { RandomStream } from '../numeric/index.ts';
import { claimsFocus } from './claimsFocus.ts';
import type { Session } from './openSession.ts';
import { takeSteps } from './takeSteps.ts';

/** How to focus a microscope. */
export interface FocusOptions {
  readonly algorithm: AutofocusAlgorithm;
  readonly frame: FrameRequest;
  readonly calibration: Calibration;
  readonly random: RandomStream;
  /** At most so many, at least 1. */
  readonly iterations: number;
  /** Ended before that as soon as the algorithm says that it is inside; never where left out. */
  readonly margins?: FocusLimits;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Told of every step before the next begins. */
  readonly onStep?: (step: AutofocusStep) => void | Promise<void>;
  /**
   * `compare`: one frame before and one after, and the start is put back where the second is clearly
   * blurrier. `back`: the start is put back whatever comes out. `stay`: neither.
   */
  readonly afterwards: 'compare' | 'back' | 'stay';
}

/** What focusing came to. */
export interface FocusOutcome {
  /** As read back. */
  readonly end: FocusState;
  readonly steps: readonly AutofocusStep[];
  /** True where the frame after all steps was clearly blurrier than the one before. */
  readonly isWorse: boolean;
  /** The margins were reached by the algorithm's own account, all iterations used up, or neither. */
  readonly endedBy: 'margins' | 'iterations' | 'algorithm';
}

/**
 * Lets an algorithm focus the microscope of a session. The session has ended afterwards, and the beam
 * is blanked where it can be. Where focusing does not come to its end, by an error, a limit or the
 * signal, the starting state is put back before that; an algorithm that does not notice is not
 * waited for.
 *
 * @throws what the algorithm, the microscope or the guard throws; DeviceError if the microscope is
 *   not in the state that was asked for; `signal.reason`. An AggregateError where the starting state
 *   could not be put back.
 */
export async function focusMicroscope(
  { microscope, restore, leave }: Session,
  options: FocusOptions,
): Promise<FocusOutcome> {
  const { algorithm, frame, calibration, random, iterations, signal, clock } = options;
  const { margins, onStep, afterwards } = options;
  const steps: AutofocusStep[] = [];
  const sharpness = async () =>
    sharpnessTiles((await microscope.acquireFrame(frame, { signal })).pixels);
  try {
    const before = afterwards === 'compare' ? await sharpness() : undefined;
    const context = { microscope, frame, calibration, random, signal, clock };
    let endedBy: FocusOutcome['endedBy'] = 'algorithm';
    for await (const step of takeSteps(algorithm, context, iterations)) {
      steps.push(step);
      await onStep?.(step);
      signal.throwIfAborted();
      if (margins !== undefined && claimsFocus(steps, margins)) {
        endedBy = 'margins';
        break;
      }
      if (steps.length === iterations) endedBy = 'iterations';
    }
    const isWorse = before !== undefined && isClearlyBlurrier(await sharpness(), before);
    if (isWorse || afterwards === 'back') await restore();
    else await leave();
    return { end: await microscope.readFocus(), steps, isWorse, endedBy };
  } catch (error) {
    await restore({ after: error });
    throw error;
  }
}
