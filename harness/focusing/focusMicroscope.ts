import {
  type AutofocusAlgorithm,
  type AutofocusStep,
  isClearlyBlurrier,
  type PairEstimator,
  sharpnessOverNoise,
} from '../algorithm/index.ts';
import {
  type Calibration,
  type Clock,
  type FocusLimits,
  type FocusState,
  type Frame,
  type FrameRequest,
  reasonOf,
  watchFrames,
} from '../microscope/index.ts';
import type { RandomStream } from '../numeric/index.ts';
import { claimsFocus } from './claimsFocus.ts';
import { doubtOf } from './doubtOf.ts';
import { latestLooks } from './latestLooks.ts';
import { type LookBack, lookBack } from './lookBack.ts';
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
  readonly margins: FocusLimits;
  /** Whether to end as soon as the algorithm says that it is inside the margins. */
  readonly endsInside: boolean;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Told of every step before the next begins. */
  readonly onStep?: (step: AutofocusStep) => void | Promise<void>;
  /** `stay`: the state reached is kept, and no frame looks at it. */
  readonly afterwards: 'stay' | Afterwards;
}

/** How to find out what focusing came to. One frame is exposed before it. */
interface Afterwards {
  /**
   * `compare`: one frame after, and the start is put back where it is clearly blurrier than the first.
   * `back`: the start is put back whatever comes out.
   */
  readonly mode: 'compare' | 'back';
  readonly witnesses: Witnesses;
  /** Told what one more frame shows each time the start was put back and read back. */
  readonly onBack: (look: LookBack) => void;
}

/** Estimators that are asked whether the frames agree with what is read back. */
export interface Witnesses {
  /** About pairs that the last frame makes with those before it. */
  readonly ofFocus: PairEstimator;
  /** About two frames that should be of one state. */
  readonly ofStart: PairEstimator;
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
  /** Why it is not known that the microscope is in focus; absent where it is. */
  readonly doubt?: string;
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
  { microscope, restore, exposeRestored, returnStage, leave }: Session,
  options: FocusOptions,
): Promise<FocusOutcome> {
  const { algorithm, frame, calibration, random, iterations, signal, clock } = options;
  const { margins, endsInside, onStep } = options;
  const afterwards = options.afterwards === 'stay' ? undefined : options.afterwards;
  const steps: AutofocusStep[] = [];
  const { looks, add } = latestLooks(frame);
  const expose = () => microscope.acquireFrame(frame, { signal });
  let before: Frame | undefined;
  /** From here on the microscope refuses the algorithm. */
  const goBack = async (reason?: { readonly after: unknown }) => {
    await restore(reason);
    afterwards?.onBack(await lookAtStart(afterwards.witnesses.ofStart));
  };
  const lookAtStart = async (estimator: PairEstimator): Promise<LookBack> => {
    const nothing = (reason: string): LookBack => ({ shows: 'nothing', reason });
    if (before === undefined) return nothing('there is no frame from before');
    try {
      return await lookBack(estimator, before, await exposeRestored(frame), margins);
    } catch (error) {
      return nothing(reasonOf(error));
    }
  };
  try {
    if (afterwards !== undefined) before = await expose();
    const handed = afterwards?.mode === 'compare' ? watchFrames(microscope, add) : microscope;
    const context = { microscope: handed, frame, calibration, random, signal, clock };
    let endedBy: FocusOutcome['endedBy'] = 'algorithm';
    for await (const step of takeSteps(algorithm, context, iterations)) {
      steps.push(step);
      await onStep?.(step);
      signal.throwIfAborted();
      if (endsInside && claimsFocus(steps, margins)) {
        endedBy = 'margins';
        break;
      }
      if (steps.length === iterations) endedBy = 'iterations';
    }
    // The last frame is compared with others of one place.
    await returnStage({ signal });
    let isWorse = false;
    let doubt: string | undefined = 'no frame was exposed after the last correction';
    if (before !== undefined && afterwards?.mode === 'compare') {
      const after = await expose();
      isWorse = isClearlyBlurrier(
        sharpnessOverNoise(after.pixels),
        sharpnessOverNoise(before.pixels),
      );
      doubt = await doubtOf(
        ...[steps, margins, looks],
        { ...after.actual, ...after.actual.focus, pixels: after.pixels },
        afterwards.witnesses.ofFocus,
      );
    }
    if (isWorse || afterwards?.mode === 'back') await goBack();
    else await leave();
    const end = await microscope.readFocus();
    return { end, steps, isWorse, endedBy, ...(doubt !== undefined && { doubt }) };
  } catch (error) {
    await goBack({ after: error });
    throw error;
  }
}
