import type { AlgorithmEntry, Json } from '../../../harness/algorithm/index.ts';
import type { Suite } from '../../../harness/experiment/index.ts';

/** How an algorithm is run on the virtual microscope. */
export interface AlgorithmSetting {
  readonly iterations: number;
  /** Its own where left out. */
  readonly parameters?: Json;
}

/** Searches take one or a few frames per iteration, pair methods two that say more. */
const iterationsOfPairMethods = 6;
const iterationsOfSearches = 40;

/** As in the suite, whose frames are of the same size; with its defaults where it is not there. */
export function algorithmSetting(entry: AlgorithmEntry, suite: Suite): AlgorithmSetting {
  const shown = suite.algorithms.find(({ name }) => name === entry.name);
  if (shown === undefined) {
    const iterations = entry.createEstimator ? iterationsOfPairMethods : iterationsOfSearches;
    return { iterations };
  }
  const { iterations, parameters } = shown;
  return { iterations, ...(parameters !== undefined && { parameters }) };
}
