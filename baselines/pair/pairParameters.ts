import { z } from 'zod';
import type { Json } from '../../harness/algorithm/index.ts';
import { parseConfig } from '../../harness/config/index.ts';
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
});

export type PairParameters = z.infer<typeof pairParametersSchema>;

/** @throws ConfigError naming the parameter, what is allowed and what was received. */
export function parsePairParameters(algorithm: string, parameters: Json = {}): PairParameters {
  return parseConfig(pairParametersSchema, parameters, `parameters of ${algorithm}`);
}
