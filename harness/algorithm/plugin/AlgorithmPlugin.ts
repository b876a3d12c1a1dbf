import type { Calibration } from '../../microscope/index.ts';
import type { AutofocusContext, AutofocusStep } from '../AutofocusAlgorithm.ts';
import type { EstimateAnswer } from '../estimateAnswer.ts';
import type { PerturbedPair } from '../PairEstimator.ts';
import type { Parameters } from '../withDefaults.ts';

/**
 * What an ES module exports to be a plugin (`--plugin ./mine.js`). It is loaded in processes of its own,
 * one for every trajectory and every estimate outside of one, which are ended with all that they have
 * started; `finally` is then not waited for.
 */
export interface AlgorithmPlugin {
  readonly algorithms: readonly PluginAlgorithm[];
}

/** An algorithm of a plugin, of one of two kinds. */
type PluginAlgorithm = PluginPairAlgorithm | PluginFreeAlgorithm;

interface Described {
  /** No other algorithm may have it; see {@link userNameSchema}. */
  readonly name: string;
  /** Raised whenever results can change in a way that the source does not show. */
  readonly version: string;
  /** One line for `semfocus algorithms`. */
  readonly summary: string;
  /**
   * Every parameter with its default. A suite may set them to other values of the same kind, and no
   * others.
   */
  readonly parameters: Parameters;
  /** Files beside the source whose content decides, such as weights; relative to the module. */
  readonly files?: readonly string[];
}

/**
 * Two frames in, a correction out; exposing, correcting and going on is done for it. Its parameters
 * have `perturbationUm`, half the difference of the two working distances.
 */
interface PluginPairAlgorithm extends Described {
  // A method, so that a plugin may call its parameters by their own types.
  createEstimator(
    calibration: Calibration,
    parameters: Parameters,
  ): {
    readonly estimate: (pair: PerturbedPair) => EstimateAnswer | Promise<EstimateAnswer>;
  };
}

/** Asks for frames and sets the focus itself. */
interface PluginFreeAlgorithm extends Described {
  /**
   * As {@link AutofocusAlgorithm.run}. Iterations, frames, states and their changes are seen from
   * outside; steps that say otherwise are refused.
   */
  run(context: AutofocusContext, parameters: Parameters): AsyncIterable<AutofocusStep>;
}
