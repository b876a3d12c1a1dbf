import { canonicalJson, type Scenario } from '../../record/index.ts';
import type { PairedAlgorithm } from '../pairRuns.ts';

/** Whether the same algorithm did the same. */
export interface Sameness {
  readonly algorithm: string;
  readonly pairs: number;
  /** Pairs whose results differ in anything but times. */
  readonly differing: number;
  /** Same version, parameters and network on both sides; without a network, the same name as well. */
  readonly isSameAlgorithm: boolean;
}

/** Counts the pairs in which anything but a time differs. */
export function samenessOf({ candidate: algorithm, pairs }: PairedAlgorithm): Sameness {
  return {
    algorithm,
    pairs: pairs.length,
    differing: pairs.filter((pair) => pair.base.digest !== pair.candidate.digest).length,
    isSameAlgorithm: pairs.every(
      ({ base, candidate }) =>
        identityOf(base.scenario.algorithm) === identityOf(candidate.scenario.algorithm),
    ),
  };
}

/** A network that was given another name is the same network. */
function identityOf({ name, version, parameters, ...hashes }: Scenario['algorithm']): string {
  const called = hashes.modelSha256 === undefined ? name : '';
  return canonicalJson({ called, version, parameters, hashes: JSON.stringify(hashes) });
}
