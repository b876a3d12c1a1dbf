import type { PerturbedPair } from '../PairEstimator.ts';

/** The frames of a pair by themselves. */
export type FramePair = Pick<PerturbedPair, 'under' | 'over'>;
