import type { TrajectoryRecord } from './TrajectoryRecord.ts';

/** Three frames of the middle of the field, each a whole PNG file. */
export interface PreviewImages {
  /** In the state the trajectory started from. */
  readonly before: Uint8Array;
  /** In the state it was left in. */
  readonly after: Uint8Array;
  /** In best focus, at the end. */
  readonly inFocus: Uint8Array;
}

/** What comes out of a trajectory; can be cloned from a worker to its parent. */
export interface TrajectoryOutcome {
  readonly record: TrajectoryRecord;
  readonly previews?: PreviewImages;
}
