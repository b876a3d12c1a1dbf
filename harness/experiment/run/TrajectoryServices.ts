import type { Clock, Frame } from '../../microscope/index.ts';
import type { IterationRow } from '../../record/index.ts';

/** What a trajectory needs from outside. */
export interface TrajectoryServices {
  readonly signal: AbortSignal;
  /** For computing and wall time. */
  readonly clock: Clock;
  /** The time of day, for the record alone. */
  readonly now: () => Date;
  /** Whether to keep frames of the beginning, the end and best focus. */
  readonly previews?: boolean;
  /** Told of every row as soon as it is known, the start first. */
  readonly onStep?: (row: IterationRow) => void;
  /** Told of every frame that the algorithm exposes; its pixels are to be copied where kept. */
  readonly onFrame?: (frame: Frame) => void;
}
