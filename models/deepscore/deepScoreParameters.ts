import { z } from 'zod';
import { simplexSearchSchema } from '../../harness/algorithm/index.ts';
import { runtimeParametersSchema } from '../onnx/index.ts';

/** Parameters of the simplex search on the scores of single frames; the article's, where it says. */
export const deepScoreParametersSchema = simplexSearchSchema.extend({
  ...runtimeParametersSchema.shape,
  patches: z.number().int().min(1).max(400).default(10),
  /** Same number, same places, in every frame. */
  patchSeed: z.number().int().min(0).default(0),
  /** Of a frame of this specimen in good focus, on this instrument. */
  referenceScore: z.number().positive().nullable().default(null).meta({ unit: 'um + unit' }),
  /** About what the first micrometre of defocus adds to the score of a frame in focus. */
  minImprovement: z.number().min(0).default(0.05).meta({ unit: 'um + unit' }),
  patienceIterations: z.number().int().min(1).max(1000).default(15),
  /** How often a search that no longer improves goes on with large steps, turned around, before it ends. */
  restarts: z.number().int().min(0).max(10).default(1),
});
export type DeepScoreParameters = z.infer<typeof deepScoreParametersSchema>;
