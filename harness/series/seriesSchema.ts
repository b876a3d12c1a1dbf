import { z } from 'zod';
import { calibrationSchema, descriptionSchema } from '../microscope/index.ts';

/** What may be unknown: `null`, until a person writes it down. */
function orUnknown<Schema extends z.ZodType>(schema: Schema) {
  return schema.nullable().default(null);
}

const whole = z.number().int();

/** Where the stage stood. */
const stageSchema = orUnknown(
  z.strictObject({ xUm: z.number().meta({ unit: 'um' }), yUm: z.number().meta({ unit: 'um' }) }),
);

/** One frame, its file and what the knobs stood at. */
export const seriesFrameSchema = z.strictObject({
  /** Relative to the manifest. */
  file: z.string().min(1),
  /** Frames of one place show the same part of the specimen. */
  place: z.string().min(1).default('1'),
  /** Differences count: any origin will do, the same for all frames and the focus. */
  workingDistanceUm: orUnknown(z.number().meta({ unit: 'um' })),
  /** In units of the instrument. */
  stigmatorX: orUnknown(z.number()),
  stigmatorY: orUnknown(z.number()),
  pixelSizeNm: orUnknown(z.number().min(0.05).max(1000).meta({ unit: 'nm' })),
  /** Of one pass. */
  dwellTimeNs: orUnknown(z.number().positive().meta({ unit: 'ns' })),
  /** How often every pixel was scanned and averaged. */
  passes: orUnknown(whole.min(1)),
  beamVoltageKv: orUnknown(z.number().positive().meta({ unit: 'kV' })),
  scanRotationDeg: orUnknown(z.number().meta({ unit: 'deg' })),
  /** The part to look at, e.g. without a data bar, px. */
  crop: orUnknown(
    z.strictObject({
      x: whole.min(0),
      y: whole.min(0),
      width: whole.min(1),
      height: whole.min(1),
    }),
  ),
  /** Of a reduced raster: the full one, and where in it the frame lies, px. */
  raster: orUnknown(
    z.strictObject({
      width: whole.min(1),
      height: whole.min(1),
      x: whole.min(0),
      y: whole.min(0),
    }),
  ),
  stage: stageSchema,
  doseElectronsPerNm2: orUnknown(z.number().min(0).meta({ unit: 'electrons/nm^2' })),
  /** Time that the instrument spent on the frame. */
  frameTimeS: orUnknown(z.number().min(0).meta({ unit: 's' })),
  /** Time of day, as in ISO 8601. */
  acquiredAt: orUnknown(z.iso.datetime()),
  /** Where the numbers come from; for people. */
  source: orUnknown(z.string()),
});

/** What is known of the instrument beside its frames. */
const instrumentSchema = z
  .strictObject({
    name: orUnknown(z.string()),
    /** What it said of itself when it was recorded. */
    description: orUnknown(descriptionSchema),
    /** The simulated instrument that stands for it. */
    preset: orUnknown(z.string().min(1)),
    /** File of `semfocus calibrate`, relative to the manifest: what the estimators are told. */
    calibration: orUnknown(z.string().min(1)),
    /** K: focal shift (a, b) in um = K (stigmatorX, stigmatorY); in the axes of the image. */
    stigmatorMatrixUmPerUnit: orUnknown(calibrationSchema.shape.stigmatorMatrixUmPerUnit),
  })
  .refine(
    ({ calibration, stigmatorMatrixUmPerUnit }) =>
      calibration === null || stigmatorMatrixUmPerUnit === null,
    { error: 'must name a calibration or a stigmator matrix, not both: a calibration has its own' },
  );

/** A recorded series: frames of an instrument with the settings that they were taken at. */
export const seriesSchema = z.strictObject({
  schema: z.literal(1),
  instrument: instrumentSchema.prefault({}),
  /** The settings at which the specimen is in focus, if they are known. */
  inFocusAt: orUnknown(
    z.strictObject({
      workingDistanceUm: z.number().meta({ unit: 'um' }),
      stigmatorX: orUnknown(z.number()),
      stigmatorY: orUnknown(z.number()),
    }),
  ),
  /** Where the microscope stood when recording began, if that is known. */
  start: orUnknown(
    z.strictObject({
      workingDistanceUm: z.number().meta({ unit: 'um' }),
      stigmatorX: z.number(),
      stigmatorY: z.number(),
      stage: stageSchema,
    }),
  ),
  frames: z.array(seriesFrameSchema).min(1),
});

/** The content of a manifest. */
export type Series = z.infer<typeof seriesSchema>;
export type SeriesFrame = Series['frames'][number];
