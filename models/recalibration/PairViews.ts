import type { Correction } from './answerLoss.ts';

/** What the encoder says of one pair of patches. */
export interface PairView {
  /** Of the first frame, then of the second. */
  readonly features: Float32Array;
  /** What the head is to answer: um, unit, unit. */
  readonly target: Correction;
}

/** Views of one pair of frames. */
export interface PairViews {
  /** Number of the place on the specimen. */
  readonly location: number;
  /** As the network meets them in use: their mean answer is compared with the target. */
  readonly plain: readonly PairView[];
  /** What is trained on; the views of one turn have one target. */
  readonly turns: readonly (readonly PairView[])[];
}
