import {
  type AutofocusAlgorithm,
  type AutofocusStep,
  isClearlyBlurrier,
  sharpnessTiles,
} from '../harness/algorithm/index.ts';
import {
  type Calibration,
  type Clock,
  type FocusLimits,
  type FocusState,
  type FrameRequest,
  guardMicroscope,
  type Microscope,
} from '../harness/microscope/index.ts';
import type { RandomStream } from '../harness/numeric/index.ts';

/** How to focus a microscope. */
export interface FocusOptions {
  readonly algorithm: AutofocusAlgorithm;
  readonly frame: FrameRequest;
  readonly calibration: Calibration;
  readonly random: RandomStream;
  /** At most so many, at least 1. */
  readonly iterations: number;
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
}

/**
 * Lets an algorithm focus a microscope inside a guard. Where that does not come to its end, by an
 * error, a limit or the signal, the starting state is put back and the beam blanked before the
 * error goes on.
 *
 * @param microscope - Stays open.
 * @throws what the algorithm, the microscope or the guard throws; `signal.reason`.
 */
export async function focusMicroscope(
  microscope: Microscope,
  options: FocusOptions,
): Promise<FocusOutcome> {
  const { algorithm, frame, calibration, random, iterations, signal, clock } = options;
  const { limits, stepLimits, doseBudgetElectronsPerNm2, onStep, afterwards } = options;
  const start = await microscope.readFocus({ signal });
  const guard = await guardMicroscope(microscope, {
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
    for await (const step of algorithm.run(context)) {
      signal.throwIfAborted();
      steps.push(step);
      await onStep?.(step);
      if (steps.length >= iterations) break;
    }
    const isWorse = before !== undefined && isClearlyBlurrier(await sharpness(), before);
    if (isWorse || afterwards === 'back') await guard.restore();
    else await guard.microscope.close();
    return { start, end: await microscope.readFocus(), steps, isWorse };
  } catch (error) {
    await guard.restore({ after: error });
    throw error;
  }
}
