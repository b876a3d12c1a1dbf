import type { PairEstimator, PerturbedPair } from '../algorithm/index.ts';
import { type FocusChange, isSemfocusError } from '../microscope/index.ts';

/** What an estimator says of two frames, and how sure it is; or why it says nothing. */
export type Judgement =
  | { readonly correction: FocusChange; readonly correctionSd: FocusChange }
  | { readonly declined: string };

/** Asks an estimator that is a witness: what it cannot judge ends nothing. */
export async function judgementOf(
  estimator: PairEstimator,
  pair: PerturbedPair,
): Promise<Judgement> {
  try {
    const { correction, correctionSd, declined } = await estimator.estimate(pair);
    if (declined !== undefined) return { declined };
    if (correctionSd !== undefined) return { correction, correctionSd };
    return { declined: 'the estimator does not say how sure it is' };
  } catch (error) {
    // Frames that are too small for it.
    if (!isSemfocusError(error, 'ConfigError')) throw error;
    return { declined: error.message };
  }
}
