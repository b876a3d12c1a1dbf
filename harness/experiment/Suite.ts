import { z } from 'zod';
import { focusParameters, probeShapes } from '../microscope/index.ts';

const range = z
  .tuple([z.number(), z.number()])
  .refine(([low, high]) => low <= high, { error: 'the lower end must come first' });

/** A range to draw from, or values of which each place gets all, one trajectory for each. */
const start = z.union([range, z.strictObject({ each: z.array(z.number()).min(1) })], {
  error: 'must be a range [low, high] or {"each": [value, ...]}',
});
export type StartRule = z.infer<typeof start>;

/** An experiment, as written in a suite file: what is compared, from where, on what, how often. */
export const suiteSchema = z
  .strictObject({
    schema: z.literal(1),
    name: z.string().regex(/^[a-z0-9-]+$/, 'lower-case letters, digits and hyphens only'),
    title: z.string(),
    /** What is run and why, for a stranger; one or two sentences. */
    description: z.string(),
    seed: z.number().int().nonnegative(),
    presets: z.array(z.string()).min(1),
    /** Shapes of the probe; each preset's own where left out. */
    psf: z.array(z.enum(probeShapes)).min(1).optional(),
    specimens: z.array(z.string()).min(1),
    frame: z.strictObject({
      width: z.number().int().min(64).max(32768).meta({ unit: 'px' }),
      height: z.number().int().min(64).max(32768).meta({ unit: 'px' }),
      /** The preset's own pixel size where left out. */
      pixelSizeNm: z.number().min(0.5).max(1000).meta({ unit: 'nm' }).optional(),
    }),
    trajectories: z.strictObject({
      /** Trajectories per algorithm and condition, each at a place of its own unless starts say `each`. */
      count: z.number().int().min(1).max(100000),
      /** Places lie on a square grid of this spacing. */
      gridSpacingUm: z.number().positive().meta({ unit: 'um' }),
      /** Start minus best focus, drawn uniformly from ranges. */
      start: z.strictObject({
        workingDistanceUm: start.meta({ unit: 'um' }),
        stigmatorX: range.meta({ unit: 'stigmator unit' }),
        stigmatorY: range.meta({ unit: 'stigmator unit' }),
      }),
    }),
    algorithms: z
      .array(
        z.strictObject({
          name: z.string(),
          parameters: z.record(z.string(), z.json()).optional(),
          iterations: z.number().int().min(1).max(1000),
          dwellTimesNs: z.array(z.number().positive().max(1e6)).min(1).meta({ unit: 'ns' }),
        }),
      )
      .min(1),
    /** The guard stops an algorithm that leaves these limits around its start. */
    limits: z.strictObject({
      workingDistanceUm: z.number().positive().meta({ unit: 'um' }),
      stigmator: z.number().positive().meta({ unit: 'stigmator unit' }),
    }),
    /** A trajectory has converged when all three residuals are within these at its end. */
    margins: z.strictObject({
      workingDistanceUm: z.number().positive().meta({ unit: 'um' }),
      stigmator: z.number().positive().meta({ unit: 'stigmator unit' }),
    }),
  })
  .superRefine(startsMustLieInsideTheLimits);
export type Suite = z.infer<typeof suiteSchema>;

/** An algorithm that may not go back as far as it was moved away could never come to focus. */
function startsMustLieInsideTheLimits(
  { limits, trajectories: { start } }: Pick<Suite, 'limits' | 'trajectories'>,
  context: z.RefinementCtx,
): void {
  for (const parameter of focusParameters) {
    const limit = parameter === 'workingDistanceUm' ? parameter : 'stigmator';
    const rule: StartRule = start[parameter];
    const farthest = Math.max(...('each' in rule ? rule.each : rule).map(Math.abs));
    if (farthest > limits[limit]) {
      context.addIssue({
        code: 'custom',
        path: ['limits', limit],
        message: `must be at least ${farthest}, the farthest start in ${parameter}`,
      });
    }
  }
}
