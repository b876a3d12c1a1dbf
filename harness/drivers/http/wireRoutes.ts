import { z } from 'zod';
import { calibrationSchema } from '../../microscope/index.ts';

// What goes over the wire (docs/wire.md): SI units, the names of fibsem-os.

const metres = z.number().meta({ unit: 'm' });
const positive = z.number().positive();
const pixels = z.number().int().positive().max(1e6).meta({ unit: 'px' });
const size = z.tuple([pixels, pixels]);
const point = z.strictObject({ x: z.number(), y: z.number() });
const focus = z.strictObject({ working_distance: metres, stigmation: point });
const stage = z.strictObject({ x: metres, y: metres });
const area = z.strictObject({
  left: z.number().min(0).max(1),
  top: z.number().min(0).max(1),
  width: z.number().positive().max(1),
  height: z.number().positive().max(1),
});
const beam = {
  beam_type: z
    .string()
    .regex(/^[Ee][Ll][Ee][Cc][Tt][Rr][Oo][Nn]$/, 'it must be ELECTRON')
    .optional(),
};
const ok = z.strictObject({ status: z.literal('ok') });

/** What `/acquire_image` may be told; what is left out or null is as it was set before. */
export const imageSettingsSchema = z.strictObject({
  ...beam,
  resolution: size.nullish(),
  dwell_time: positive.nullish().meta({ unit: 's' }),
  hfw: positive.nullish().meta({ unit: 'm', description: 'width of the full raster' }),
  reduced_area: area.nullish().meta({ description: 'in fractions of the full raster' }),
  // Fields of fibsem-os that mean nothing here, and are refused where they would have to be obeyed.
  autocontrast: z.boolean().nullish(),
  drift_correction: z.boolean().nullish(),
  line_integration: z.number().int().nullish(),
  frame_integration: z.number().int().nullish(),
  scan_interlacing: z.number().int().nullish(),
  save: z.boolean().nullish(),
  filename: z.string().nullish(),
  path: z.string().nullish(),
});

/** Settings that a request names. */
export type ImageSettings = z.infer<typeof imageSettingsSchema>;

const parameterSchema = z.strictObject({
  unit: z.string(),
  min: z.number().optional(),
  max: z.number().optional(),
  step: z.number().optional(),
  choices: z.array(z.number()).readonly().optional(),
  settle_time: z.number().min(0).meta({ unit: 's' }),
  settable: z.boolean(),
  read_back_tolerance: z.number().min(0).optional(),
});

const capabilitiesSchema = z.strictObject({
  api: z.literal('semfocus'),
  version: z.literal(1),
  name: z.string(),
  is_simulated: z.boolean(),
  beam_current: z.number().min(0).meta({ unit: 'A' }),
  passes: z.number().int().positive(),
  bit_depth: z.literal([8, 16]),
  can_blank_beam: z.boolean(),
  can_hold: z.boolean(),
  parameters: z.strictObject({
    working_distance: parameterSchema,
    stigmation_x: parameterSchema,
    stigmation_y: parameterSchema,
    stage_x: parameterSchema,
    stage_y: parameterSchema,
    width: parameterSchema,
    height: parameterSchema,
    pixel_size: parameterSchema,
    dwell_time: parameterSchema,
  }),
  calibration: calibrationSchema.optional(),
});

/** What an instrument is and can do. */
export type Capabilities = z.infer<typeof capabilitiesSchema>;

/** The ImageDescription of a frame, as far as it is read. */
export const frameDescriptionSchema = z.object({
  image: z.object({
    resolution: z.tuple([pixels, pixels]),
    dwell_time: positive,
    hfw: positive,
    line_integration: z.number().nullish(),
    frame_integration: z.number().nullish(),
  }),
  semfocus: z
    .object({
      working_distance: metres,
      stigmation: point,
      stage_position: stage,
      pixel_size: positive,
      dwell_time: positive,
      passes: z.number().int().positive(),
      electrons_per_nm2: z.number().min(0),
      frame_time: z.number().min(0),
      acquired_at: z.string(),
      polarity: z.enum(['normal', 'inverted']).optional(),
    })
    .optional(),
  microscope_state: z
    .object({
      timestamp: z.number(),
      stage_position: z.object({ x: metres.nullable(), y: metres.nullable() }),
    })
    .optional(),
});

/** Every answer that is no success. */
export const wireErrorSchema = z.strictObject({
  error: z.strictObject({
    tag: z.string(),
    message: z.string(),
    hint: z.string().optional(),
    parameter: z.string().optional(),
    requested: z.number().optional(),
    allowed: z.string().optional(),
    code: z.string().optional(),
  }),
});

const nothing = z.strictObject({ ...beam });
const setTo = <T extends z.ZodType>(value: T) => z.strictObject({ ...beam, value });
const holding = <T extends z.ZodType>(value: T) => z.strictObject({ value });

/** Reads a value. */
const get = <T extends z.ZodType>(summary: string, value: T) => ({
  summary,
  request: nothing,
  answer: holding(value),
});
/** Sets a value and answers what was read back. */
const set = <T extends z.ZodType, A extends z.ZodType>(summary: string, value: T, back: A) => ({
  summary,
  request: setTo(value),
  answer: holding(back),
});

/** Every route that is asked by POST: what it takes, and what it answers with 200. */
export const wireRoutes = {
  '/capabilities': {
    summary: 'What the instrument is: ranges, steps, settle times, abilities',
    request: nothing,
    answer: capabilitiesSchema,
  },
  '/health': {
    summary: 'Whether the server is up, and the command in flight',
    request: nothing,
    answer: z.strictObject({
      status: z.literal('ok'),
      manufacturer: z.string(),
      busy: z.string().nullable(),
    }),
  },
  '/abort': {
    summary: 'Aborts the command in flight and blanks the beam',
    request: nothing,
    answer: ok.extend({ aborted: z.string().nullable() }),
  },
  '/dose/get': get(
    'The sum over all frames since the server was started',
    z.strictObject({
      frames: z.number().int().min(0),
      electrons_per_nm2: z.number().min(0),
      beam_on_time: z.number().min(0).meta({ unit: 's' }),
    }),
  ),
  '/hold/begin': {
    summary: 'Holds the microscope as long as the answer, JSON lines, stays open',
    request: nothing,
    answer: 'application/x-ndjson',
  },
  '/hold/end': {
    summary: 'Ends a hold and blanks the beam',
    request: z.strictObject({ ...beam, hold: z.string() }),
    answer: ok,
  },
  '/working_distance/get': get('Working distance', metres),
  '/working_distance/set': set('Sets the working distance', metres, metres),
  '/stigmation/get': get('Stigmators, in their own unit', point),
  '/stigmation/set': set('Sets the stigmators', point, point),
  '/focus/get': get('Working distance and stigmators', focus),
  '/focus/set': set(
    'Sets what it is told of working distance and stigmators, and settles once',
    z.strictObject({
      working_distance: metres.optional(),
      stigmation: point.partial().optional(),
    }),
    focus,
  ),
  '/resolution/get': get('Columns and rows of a frame', size),
  '/resolution/set': set('Sets columns and rows of a frame', size, size),
  '/dwell_time/get': get('Dwell time', positive.meta({ unit: 's' })),
  '/dwell_time/set': set('Sets the dwell time', positive.meta({ unit: 's' }), positive),
  '/field_of_view/get': get('Width of a frame', positive.meta({ unit: 'm' })),
  '/field_of_view/set': set('Sets the width of a frame', positive.meta({ unit: 'm' }), positive),
  '/beam_current/get': get('Beam current', z.number().min(0).meta({ unit: 'A' })),
  '/stage_position/get': get('Stage position', stage),
  '/stage_position/set': set('Moves the stage', stage, stage),
  '/beam_blank/get': get('Whether the beam is blanked; null if not known', z.boolean().nullable()),
  '/beam_blank/set': set('Blanks the beam', z.boolean(), z.boolean()),
  '/acquire_image': {
    summary: 'Exposes a frame',
    request: z.strictObject({ ...beam, image_settings: imageSettingsSchema.nullish() }),
    answer: 'image/tiff',
  },
} as const;

/** Path of a route. */
export type WirePath = keyof typeof wireRoutes;

/** A request of a route, checked. */
export type WireRequest<P extends WirePath> = z.output<(typeof wireRoutes)[P]['request']>;

/** The JSON answer of a route; what is no JSON is not described so. */
export type WireAnswer<P extends WirePath> = (typeof wireRoutes)[P]['answer'] extends infer A
  ? A extends z.ZodType
    ? z.output<A>
    : never
  : never;
