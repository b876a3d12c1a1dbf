import type { FocusChange, GreyPixels } from '../microscope/index.ts';
import type { Json } from './AutofocusAlgorithm.ts';

/** Two frames of one place that differ by a known change of working distance. */
export interface PerturbedPair {
  /** Taken at the working distance minus the perturbation. */
  readonly under: GreyPixels;
  /** Taken at the working distance plus the perturbation. Same shape as `under`. */
  readonly over: GreyPixels;
  readonly pixelSizeNm: number;
  /** Half the difference of the two working distances, in um, > 0. */
  readonly perturbationUm: number;
}

/** What to add to the state midway between the two frames. */
export interface CorrectionEstimate {
  readonly correction: FocusChange;
  /** One standard deviation of each component of the correction, where the estimator knows it. */
  readonly correctionSd?: FocusChange;
  /** The stigmator part of the correction as focal shift (a, b) in um: K times the stigmators. */
  readonly astigmatismUm: { readonly a: number; readonly b: number };
  /** Set when there is nothing to focus on, with the reason; the correction is then zero. */
  readonly declined?: string;
  /** What a user should know of the frames, though there is an estimate: clipped, of two contrasts. */
  readonly warnings?: readonly string[];
  readonly diagnostics?: { readonly [name: string]: Json };
}

/** Two frames in, a correction out: works on a microscope's frames and on files alike. */
export interface PairEstimator {
  estimate(pair: PerturbedPair): Promise<CorrectionEstimate>;
}
