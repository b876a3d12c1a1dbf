import type { AutofocusAlgorithm, AutofocusStep } from '../harness/algorithm/index.ts';
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
  /** Asked after the last step, in the end state; `false`: the start is put back. */
  readonly mayStay?: (guarded: Microscope) => Promise<boolean>;
}

/** What focusing came to. */
export interface FocusOutcome {
  readonly start: FocusState;
  /** As read back. */
  readonly end: FocusState;
  readonly steps: readonly AutofocusStep[];
  /** True where the start was put back because {@link FocusOptions.mayStay} said so. */
  readonly isBack: boolean;
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
  const { limits, stepLimits, doseBudgetElectronsPerNm2, onStep, mayStay } = options;
  const start = await microscope.readFocus({ signal });
  const guard = await guardMicroscope(microscope, {
    limits,
    ...(stepLimits && { stepLimits }),
    ...(doseBudgetElectronsPerNm2 !== undefined && { doseBudgetElectronsPerNm2 }),
    signal,
  });
  const steps: AutofocusStep[] = [];
  try {
    const context = { microscope: guard.microscope, frame, calibration, random, signal, clock };
    for await (const step of algorithm.run(context)) {
      signal.throwIfAborted();
      steps.push(step);
      await onStep?.(step);
      if (steps.length >= iterations) break;
    }
    const isBack = mayStay !== undefined && !(await mayStay(guard.microscope));
    if (isBack) await guard.restore();
    await guard.microscope.close();
    return { start, end: await microscope.readFocus({ signal }), steps, isBack };
  } catch (error) {
    await guard.restore({ after: error });
    throw error;
  }
}
