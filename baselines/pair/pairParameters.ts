import { z } from 'zod';
import { isFftLength } from '../../harness/numeric/index.ts';

/** Parameters of the estimators that work on the spectra of a perturbed pair. */
export const pairParametersSchema = z.strictObject({
  patchSidePx: z
    .union([
      z.literal('auto'),
      z.number().int().min(64).max(4096).refine(isFftLength, {
        error:
          'must be a multiple of 16 without a prime factor above 5 (64, 96, 128, 192, 256, 320, 384, 512, 768, ...) or "auto"',
      }),
    ])
    .default('auto'),
  patches: z.union([z.literal('auto'), z.number().int().min(1).max(400)]).default('auto'),
  /** The article's value for DeepFocus; SBEMimage uses 4 for MAPFoSt. */
  perturbationUm: z.number().positive().max(100).default(5),
  /** Part of Nyquist that is looked at, as in the published package. */
  bandFraction: z.number().min(0.05).max(0.75).default(0.25),
  /**
   * Which shape the pupil has. `evidence`: every shape is fitted and the likelier one counts, as at an
   * instrument of which nobody knows it; `calibration`: the one that the calibration names.
   */
  pupil: z.enum(['evidence', 'calibration']).default('evidence'),
  /** Whether the loop goes back and ends when its own frames show that a correction did harm. */
  whenWorse: z.enum(['return', 'continue']).default('return'),
});

export type PairParameters = z.infer<typeof pairParametersSchema>;
