import type { FocusState } from './FocusState.ts';
import type { Frame, FrameRequest } from './Frame.ts';

/**
 * What only a simulator knows. Held by the experiment runner, never by an algorithm: a simulated
 * microscope and its truth are two objects, and no path leads from the first to the second.
 */
export interface GroundTruth {
  /**
   * The state in which the specimen is sharpest at the present place and time. The simulator draws
   * it once per run; where the specimen is tilted or the focus drifts it changes from there. As the
   * instrument's own settings, without the play of a lens with hysteresis.
   */
  bestFocus(): FocusState;

  /**
   * The frame that the microscope would expose in the state `focus`, at the present place. Costs
   * no dose and no time and draws from a noise stream of its own, so that asking changes nothing
   * that an algorithm meets.
   */
  frameAt(focus: FocusState, request: FrameRequest): Promise<Frame>;
}
