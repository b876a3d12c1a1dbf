import {
  type AutofocusAlgorithm,
  type AutofocusStep,
  isClearlyBlurrier,
  sharpnessTiles,
} from '../algorithm/index.ts';
import {
  type Calibration,
  type Clock,
  type FocusLimits,
  type FocusState,
  type FrameRequest,
  guardMicroscope,
  type Microscope,
  verifyFocus,
} from '../microscope/index.ts';
import type { RandomStream } from '../numeric/index.ts';
import { claimsFocus } from './claimsFocus.ts';
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
  /** The guard's: from the starting point, of a single set, and of dose. */
  readonly limits: FocusLimits;
  readonly stepLimits?: FocusLimits;
  readonly doseBudgetElectronsPerNm2?: number;
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
  readonly start: FocusState;
  /** As read back. */
  readonly end: FocusState;
  readonly steps: readonly AutofocusStep[];
  /** True where the frame after all steps was clearly blurrier than the one before. */
  readonly isWorse: boolean;
  /** The margins were reached by the algorithm's own account, all iterations used up, or neither. */
  readonly endedBy: 'margins' | 'iterations' | 'algorithm';
}

/**
 * Lets an algorithm focus a microscope inside a guard, and checks that the microscope does what it
 * is told. The beam is blanked in the end, where it can be. Where focusing does not come to its
 * end, by an error, a limit or the signal, the starting state is put back before that; an algorithm
 * that does not notice is not waited for.
 *
 * @param microscope - Stays open.
 * @throws what the algorithm, the microscope or the guard throws; DeviceError if the microscope is
 *   not in the state that was asked for; `signal.reason`. An AggregateError where the starting state
 *   could not be put back.
 */
export async function focusMicroscope(
  microscope: Microscope,
  options: FocusOptions,
): Promise<FocusOutcome> {
  const { algorithm, frame, calibration, random, iterations, signal, clock } = options;
  const { margins, limits, stepLimits, doseBudgetElectronsPerNm2, onStep, afterwards } = options;
  const { canBlankBeam } = await microscope.describe();
  const start = await microscope.readFocus({ signal });
  const guard = await guardMicroscope(verifyFocus(microscope), {
    limits,
    ...(stepLimits && { stepLimits }),
    ...(doseBudgetElectronsPerNm2 !== undefined && { doseBudgetElectronsPerNm2 }),
    signal,
  });
  const steps: AutofocusStep[] = [];
  const sharpness = async () =>
    sharpnessTiles((await guard.microscope.acquireFrame(frame, { signal })).pixels);
  try {
    const before = afterwards === 'compare' ? await sharpness() : undefined;
    const context = { microscope: guard.microscope, frame, calibration, random, signal, clock };
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
    if (isWorse || afterwards === 'back') await guard.restore();
    else {
      if (canBlankBeam) await guard.microscope.blankBeam(true);
      await guard.microscope.close();
    }
    return { start, end: await microscope.readFocus(), steps, isWorse, endedBy };
  } catch (error) {
    await guard.restore({ after: error });
    throw error;
  }
}
