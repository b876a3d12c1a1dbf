import {
  type AutofocusAlgorithm,
  type AutofocusStep,
  isClearlyBlurrier,
  sharpnessOverNoise,
} from '../algorithm/index.ts';
import {
  type Calibration,
  type Clock,
  type FocusLimits,
  type FocusState,
  type FrameRequest,
  watchFrames,
} from '../microscope/index.ts';
import type { RandomStream } from '../numeric/index.ts';
import { claimsFocus } from './claimsFocus.ts';
import { doubtOf, type SharpnessLook } from './doubtOf.ts';
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
  { microscope, restore, returnStage, leave }: Session,
  options: FocusOptions,
): Promise<FocusOutcome> {
  const { algorithm, frame, calibration, random, iterations, signal, clock } = options;
  const { margins, endsInside, onStep, afterwards } = options;
  const steps: AutofocusStep[] = [];
  const looks: SharpnessLook[] = [];
  const sharpness = async () =>
    sharpnessOverNoise((await microscope.acquireFrame(frame, { signal })).pixels);
  const watched = watchFrames(microscope, ({ pixels, actual }) => {
    if (pixels.size !== frame.width * frame.height) return;
    const { workingDistanceUm } = actual.focus;
    looks.push({ workingDistanceUm, tiles: sharpnessOverNoise(pixels) });
  });
  try {
    const isCompared = afterwards === 'compare';
    const before = isCompared ? await sharpness() : undefined;
    const handed = isCompared ? watched : microscope;
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
    const reached = await microscope.readFocus({ signal });
    const after = before && (await sharpness());
    const isWorse = before !== undefined && after !== undefined && isClearlyBlurrier(after, before);
    const doubt = doubtOf(steps, margins, reached, looks, after);
    if (isWorse || afterwards === 'back') await restore();
    else await leave();
    const end = await microscope.readFocus();
    return { end, steps, isWorse, endedBy, ...(doubt !== undefined && { doubt }) };
  } catch (error) {
    await restore({ after: error });
    throw error;
  }
}
