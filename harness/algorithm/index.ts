export type { AlgorithmEntry, FrameSize } from './AlgorithmEntry.ts';
export type {
  AutofocusAlgorithm,
  AutofocusContext,
  AutofocusStep,
  Json,
} from './AutofocusAlgorithm.ts';
export { correctByPairs } from './correctByPairs.ts';
export { pairEntry, searchEntry } from './entryOf.ts';
export { FrameMeter } from './FrameMeter.ts';
export { frugalEntry } from './frugal/index.ts';
export { isBlurrier, isClearlyBlurrier } from './isClearlyBlurrier.ts';
export type { CorrectionEstimate, PairEstimator, PerturbedPair } from './PairEstimator.ts';
export type { AlgorithmPlugin } from './plugin/index.ts';
export { sharpnessOverNoise } from './sharpnessOverNoise.ts';
export { focusAt, nextTo, simplexSearch, simplexSearchSchema } from './simplexSearch.ts';
