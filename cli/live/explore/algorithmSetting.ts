import type { AlgorithmEntry, Json } from '../../../harness/algorithm/index.ts';
import type { Suite } from '../../../harness/experiment/suite/index.ts';

/** How an algorithm is run on the virtual microscope. */
export interface AlgorithmSetting {
  readonly iterations: number;
  /** Its own where left out. */
  readonly parameters?: Json;
}

/** Searches take one or a few frames per iteration, pair methods two that say more. */
export function usualIterations(entry: AlgorithmEntry): number {
  return entry.createEstimator === undefined ? 40 : 6;
}

/** As in the suite, whose frames are of the same size; with its defaults where it is not there. */
export function algorithmSetting(entry: AlgorithmEntry, suite: Suite): AlgorithmSetting {
  const shown = suite.algorithms.find(({ name }) => name === entry.name);
  if (shown === undefined) return { iterations: usualIterations(entry) };
  const { iterations, parameters } = shown;
  return { iterations, ...(parameters !== undefined && { parameters }) };
}
