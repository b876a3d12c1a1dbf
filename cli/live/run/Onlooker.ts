import type { Scenario } from '../../../harness/record/index.ts';
import type { ShownFrame } from '../server/shownFrame.ts';

/** Somebody who looks on while trajectories run, now and then. */
export interface Onlooker {
  /**
   * Called as a trajectory begins.
   *
   * @returns one number, not 0 while the next frame is wanted. Whoever exposes it puts the number
   *   back to 0 and hands the frame to `take`; where it is 0, nothing is made for anybody to see.
   */
  begin(scenario: Scenario): Int32Array<SharedArrayBuffer>;
  take(scenario: Scenario, frame: ShownFrame): void;
}
