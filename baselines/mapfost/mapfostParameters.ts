import { z } from 'zod';
import { pairParametersSchema } from '../pair/pairParameters.ts';

/** Parameters of `mapfost`. */
export const mapfostParametersSchema = pairParametersSchema.extend({
  /** `flat` maximises over the specimen instead of integrating it out, as the published package. */
  objectPrior: z.enum(['estimated', 'flat']).default('estimated'),
});

export type MapfostParameters = z.infer<typeof mapfostParametersSchema>;

/** Parameters of `mapfost-published`: SBEMimage's perturbation, no check of its own corrections. */
export const publishedParametersSchema = pairParametersSchema.extend({
  perturbationUm: z.number().positive().max(100).default(4),
  whenWorse: z.enum(['return', 'continue']).default('continue'),
});
