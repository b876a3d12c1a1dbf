import { z } from 'zod';
import { type ModelCard, outputKind } from '../card/index.ts';
import { runtimeParametersSchema } from '../onnx/index.ts';

/** Patches below this side, px, show so little that four times the article's ten are averaged: they scatter less. */
const smallBelowPx = 256;

/** Parameters of a network that looks at pairs of patches; the article's, where it says. */
export function deepFocusParametersSchema(card: ModelCard) {
  const isAberration = outputKind(card) === 'aberration';
  return runtimeParametersSchema.extend({
    patches: z
      .number()
      .int()
      .min(1)
      .max(400)
      .default(card.patchSidePx < smallBelowPx ? 40 : 10),
    /** Same number, same places, in every iteration of every trajectory, as in the article. */
    patchSeed: z.number().int().min(0).default(0),
    /**
     * Where the patches of the two frames are cut: `aligned` follows the content, which moves with the
     * working distance; `shared` takes the same places, as in the article; `independent` draws the
     * places of either frame by themselves. A network that answers with aberrations compares the phases
     * of the two frames: it must have them aligned.
     */
    offsets: z
      .enum(['aligned', 'shared', 'independent'])
      .refine((given) => !isAberration || given === 'aligned', {
        error: 'must be aligned, because the network compares the phases of the two frames',
      })
      .default('aligned'),
    /** `model`: as its scores or its own doubts weigh the patches, where it has any. */
    weighting: z.enum(['model', 'mean']).default('model'),
    /** `auto`: as it fits the instrument, for networks that answer with aberrations. */
    perturbationUm: isAberration
      ? z.union([z.literal('auto'), z.number().positive().max(100)]).default('auto')
      : z
          .union([z.literal('auto'), z.number().positive().max(100)])
          .refine((given) => given === card.perturbationUm, {
            error: `must be ${card.perturbationUm}, the value used in training`,
          })
          .default(card.perturbationUm),
    /** Whether the loop goes back and ends when its own frames show that a correction did harm. */
    whenWorse: z.enum(['return', 'continue']).default('return'),
  });
}

export type DeepFocusParameters = z.infer<ReturnType<typeof deepFocusParametersSchema>>;
