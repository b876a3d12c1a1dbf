import { z } from 'zod';
import { focusParameters, probeShapes } from '../../microscope/index.ts';
import { axesSchema } from './SuiteAxes.ts';

const range = z
  .tuple([z.number(), z.number()])
  .refine(([low, high]) => low <= high, { error: 'the lower end must come first' });

/** A range to draw from, or values of which each place gets all, one trajectory for each. */
const start = z.union([range, z.strictObject({ each: z.array(z.number()).min(1) })], {
  error: 'must be a range [low, high] or {"each": [value, ...]}',
});
export type StartRule = z.infer<typeof start>;

/** Start minus best focus, drawn uniformly from ranges. */
const starts = z.strictObject({
  workingDistanceUm: start.meta({ unit: 'um' }),
  stigmatorX: range.meta({ unit: 'stigmator unit' }),
  stigmatorY: range.meta({ unit: 'stigmator unit' }),
});
const startClass = z.strictObject({
  stratum: z.string().regex(/^[a-z0-9-]+$/, 'lower-case letters, digits and hyphens only'),
  workingDistanceUm: range.meta({ unit: 'um' }),
  stigmatorX: range.meta({ unit: 'stigmator unit' }),
  stigmatorY: range.meta({ unit: 'stigmator unit' }),
});

/** Doses are turned into dwell times of each instrument, to three digits. */
const doses = z.array(z.number().positive().max(1e5)).min(1).meta({ unit: 'electrons/nm^2' });

const suiteShape = z.strictObject({
  $schema: z.string().optional(),
  schema: z.literal(1),
  name: z.string().regex(/^[a-z0-9-]+$/, 'lower-case letters, digits and hyphens only'),
  title: z.string(),
  /** Content and purpose of the suite, in one or two sentences. */
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
    /** Of one class, or of several in turn: each gets as many trajectories, and a name in every record. */
    start: z.union([starts, z.array(startClass).min(1)]),
  }),
  /** Instruments of the list with something changed; as they are where left out. */
  axes: axesSchema.optional(),
  algorithms: z
    .array(
      z.strictObject({
        name: z.string(),
        parameters: z.record(z.string(), z.json()).optional(),
        iterations: z.number().int().min(1).max(1000),
        dwellTimesNs: z
          .array(z.number().positive().max(1e6))
          .min(1)
          .meta({ unit: 'ns' })
          .optional(),
        dosesElectronsPerNm2: doses.optional(),
      }),
    )
    .min(1),
  /** True if times are measured: one trajectory at a time, the algorithms in turns. */
  timing: z.boolean().optional(),
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
});
export type Suite = z.infer<typeof suiteShape>;

/** An experiment, as written in a suite file: algorithms, starts, specimens, repetitions. */
export const suiteSchema: z.ZodType<Suite> = suiteShape
  .superRefine(startsMustLieInsideTheLimits)
  .superRefine(dosesMustBeSaidOnce);

/** An algorithm that may not go back as far as it was moved away could never come to focus. */
function startsMustLieInsideTheLimits(
  { limits, trajectories }: Pick<Suite, 'limits' | 'trajectories'>,
  context: z.RefinementCtx,
): void {
  for (const parameter of focusParameters) {
    const limit = parameter === 'workingDistanceUm' ? parameter : 'stigmator';
    const farthest = Math.max(
      ...startClasses(trajectories).flatMap((one) => {
        const rule: StartRule = one[parameter];
        return ('each' in rule ? rule.each : rule).map(Math.abs);
      }),
    );
    if (farthest > limits[limit]) {
      context.addIssue({
        code: 'custom',
        path: ['limits', limit],
        message: `must be at least ${farthest}, the farthest start in ${parameter}`,
      });
    }
  }
}

function dosesMustBeSaidOnce(
  { algorithms }: Pick<Suite, 'algorithms'>,
  context: z.RefinementCtx,
): void {
  for (const [i, { dwellTimesNs, dosesElectronsPerNm2 }] of algorithms.entries()) {
    if ((dwellTimesNs === undefined) !== (dosesElectronsPerNm2 === undefined)) continue;
    context.addIssue({
      code: 'custom',
      path: ['algorithms', i, 'dwellTimesNs'],
      message: 'give this or dosesElectronsPerNm2, one of the two',
    });
  }
}

/** Ranges of starts, with the name of their class where there are several. */
export interface StartClass {
  readonly stratum?: string;
  readonly workingDistanceUm: StartRule;
  readonly stigmatorX: z.infer<typeof range>;
  readonly stigmatorY: z.infer<typeof range>;
}

/** The classes of starts that trajectories have in turn. */
export function startClasses({ start: rule }: Suite['trajectories']): readonly StartClass[] {
  return Array.isArray(rule) ? rule : [rule];
}
