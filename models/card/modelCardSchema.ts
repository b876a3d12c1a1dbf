import { z } from 'zod';

const finite = z.number();
const errors = z.array(z.number().min(0)).min(2).max(3);
/** Squares along a side of a patch of which a network with a score of every place says what each counts for. */
const scoreMapSide = 7;
const correction = ['workingDistanceUm', 'stigmatorX', 'stigmatorY'] as const;
/**
 * What the columns of a network's output may be, one row per patch.
 *
 * `correction`: to be added to the settings, um and units. `scoredCorrection`: the same with a score,
 * whose softmax over the patches weighs them. `mappedCorrection`: the same with the part that each square of
 * 7 x 7 of the patch has in the answer, row by row, together 1. `aberration`: what is wrong, as focal shift in um, and the
 * natural logarithm of the scale (um) of a Laplace distribution about each of the three. `frameScores`:
 * of a single frame, |working distance| in um and |x| + |y| in units away from focus.
 */
export const outputColumns = {
  correction,
  scoredCorrection: [...correction, 'score'],
  mappedCorrection: [
    ...correction,
    ...Array.from({ length: scoreMapSide ** 2 }, (_, square) => `part${square + 1}`),
  ],
  aberration: ['zUm', 'aUm', 'bUm', 'logScaleZ', 'logScaleA', 'logScaleB'],
  frameScores: ['defocusUm', 'stigmation'],
} as const;
export type OutputKind = keyof typeof outputColumns;

/** Which of them a list of columns is; undefined if none. */
function kindOf(columns: readonly string[]): OutputKind | undefined {
  const kinds = Object.keys(outputColumns) as OutputKind[];
  return kinds.find((kind) => outputColumns[kind].join() === columns.join());
}

function inShort(columns: readonly string[]): string {
  if (columns.length <= 6) return columns.join(', ');
  return [...columns.slice(0, 4), '...', columns.at(-1)].join(', ');
}

const columnsSchema = z.array(z.string()).refine((columns) => kindOf(columns) !== undefined, {
  error: `must be one of ${Object.values(outputColumns).map(inShort).join(' | ')}`,
});

const triple = z.tuple([z.number().min(0), z.number().min(0), z.number().min(0)]);
const judgementSchema = z.object({
  pairs: z.number().int().min(1),
  mean: triple,
  /** One standard deviation from pair to pair. */
  sd: triple,
  onePatch: triple,
});

/**
 * `card.json`, which lies beside every `model.onnx`: what goes in, what comes out, what the network
 * was trained on and how wrong it was on specimens it had not seen.
 */
export const modelCardSchema = z.object({
  schema: z.literal(1),
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, {
    error: 'must be lower case letters, digits and hyphens, e.g. "deepfocus-512"',
  }),
  /** One line for `semfocus models`. */
  summary: z.string().min(1),
  /** Of `model.onnx`; a card written by hand may leave it out. */
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, { error: 'must be 64 hexadecimal digits' })
    .optional(),
  /** [patches, framesPerPatch, patchSidePx, patchSidePx], float32 (grey - greyOffset) / greyScale. */
  input: z.object({
    name: z.string(),
    /** 2: frames under, then over; 1: a frame by itself. */
    framesPerPatch: z.union([z.literal(1), z.literal(2)]),
    greyOffset: finite,
    greyScale: z.number().positive(),
  }),
  /** [patches, columns], float32. */
  output: z.object({ name: z.string(), columns: columnsSchema }),
  patchSidePx: z.number().int().min(16).max(4096).meta({ unit: 'px' }),
  pixelSizeNm: z.number().positive().meta({ unit: 'nm' }),
  /** Half the difference of the two working distances of a pair. */
  perturbationUm: z.number().positive().meta({ unit: 'um' }),
  /** Of the instruments that it was trained on. */
  convergenceMrad: z.number().positive().meta({ unit: 'mrad' }),
  stigmatorMatrixUmPerUnit: z
    .tuple([z.tuple([finite, finite]), z.tuple([finite, finite])])
    .meta({ unit: 'um per stigmator unit' }),
  training: z.object({ steps: z.number().int().min(0), seconds: z.number().min(0) }).optional(),
  heldOut: z
    .object({
      /** Mean absolute error of one patch in each case: um, unit, unit. */
      onePatchMeanAbsoluteError: z.record(z.string(), errors),
      /** Of a score network: what frames in focus score, by dose. */
      inFocusScore: z
        .array(
          z.object({ doseElectronsPerNm2: z.number().positive(), score: z.number().positive() }),
        )
        .min(1)
        .optional(),
    })
    .optional(),
  /** Of a network whose head was trained again for another instrument (`semfocus recalibrate`). */
  recalibration: z
    .object({
      parent: z.object({ name: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
      /** What the instrument calls itself. */
      instrument: z.string(),
      /** Where pairs were taken, and for what: um of the stage. */
      locations: z.array(
        z.object({
          xUm: finite,
          yUm: finite,
          use: z.enum(['training', 'stopping', 'judging']),
          pairs: z.number().int().min(0),
          doseElectronsPerNm2: z.number().min(0),
        }),
      ),
      frames: z.number().int().min(0),
      microscopeS: z.number().min(0).meta({ unit: 's' }),
      computeS: z.number().min(0).meta({ unit: 's' }),
      /** On the locations for judging: absolute errors as used, um, unit, unit, by the reach of the draws. */
      judged: z.record(z.string(), z.object({ before: judgementSchema, after: judgementSchema })),
    })
    .optional(),
});

export type ModelCard = z.infer<typeof modelCardSchema>;

/** What kind of network a card describes. */
export function outputKind({ output }: ModelCard): OutputKind {
  const kind = kindOf(output.columns);
  if (kind === undefined) throw new TypeError('the card has not been checked');
  return kind;
}
