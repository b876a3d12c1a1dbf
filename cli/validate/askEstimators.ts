import type {
  AlgorithmEntry,
  PairEstimator,
  PerturbedPair,
} from '../../harness/algorithm/index.ts';
import { type Calibration, isSemfocusError } from '../../harness/microscope/index.ts';
import type { Answer } from '../../harness/validation/index.ts';

/** A method that can be asked about pairs of frames. */
export interface AskedMethod {
  readonly name: string;
  readonly estimator: PairEstimator;
  /** Half the difference of working distances that it would choose itself, um. */
  readonly perturbationUm: number;
}

/** A method is asked about pairs such as it would expose itself: its own perturbation, larger or smaller by this. */
const perturbationFactor = 1.5;

/** The methods that take such an instrument, and why the others do not. */
export function openMethods(
  entries: readonly AlgorithmEntry[],
  calibration: Calibration,
  pixelSizeNm: number,
): {
  readonly methods: readonly AskedMethod[];
  readonly refused: readonly { readonly name: string; readonly reason: string }[];
} {
  const methods: AskedMethod[] = [];
  const refused: { name: string; reason: string }[] = [];
  for (const { name, createEstimator, perturbationFor } of entries) {
    if (createEstimator === undefined || perturbationFor === undefined) continue;
    try {
      const estimator = createEstimator(calibration);
      methods.push({ name, estimator, perturbationUm: perturbationFor(calibration, pixelSizeNm) });
    } catch (error) {
      if (!isSemfocusError(error, 'ConfigError')) throw error;
      refused.push({ name, reason: error.message });
    }
  }
  return { methods, refused };
}

/** False for a pair that is far from what the method would take. */
export function suits(method: AskedMethod, perturbationUm: number): boolean {
  const ratio = perturbationUm / method.perturbationUm;
  return ratio <= perturbationFactor && ratio >= 1 / perturbationFactor;
}

/** The correction as focal shift in um, or why there is none: declined, or refused by the method itself. */
export async function ask(
  { estimator }: AskedMethod,
  pair: PerturbedPair,
): Promise<Answer | { readonly refused: string }> {
  try {
    const { correction, correctionSd, astigmatismUm, declined } = await estimator.estimate(pair);
    if (declined !== undefined) return { declined };
    return {
      zUm: correction.workingDistanceUm,
      aUm: astigmatismUm.a,
      bUm: astigmatismUm.b,
      ...(correctionSd !== undefined && { sdUm: correctionSd.workingDistanceUm }),
    };
  } catch (error) {
    if (!isSemfocusError(error, 'ConfigError')) throw error;
    return { refused: error.message };
  }
}
