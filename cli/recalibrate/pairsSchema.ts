import { z } from 'zod';
import { calibrationSchema } from '../../harness/microscope/index.ts';

const finite = z.number();
const whole = z.number().int().min(0);
const focus = z.strictObject({
  workingDistanceUm: finite,
  stigmatorX: finite,
  stigmatorY: finite,
});
const stage = z.strictObject({ xUm: finite, yUm: finite });

/** What a set of pairs is: a rerun has to ask for the same. */
const settingsSchema = z.strictObject({
  /** What the instrument calls itself. */
  instrument: z.string(),
  width: whole,
  height: whole,
  pixelSizeNm: z.number().positive(),
  /** One of them is drawn for every pair. */
  dwellTimesNs: z.array(z.number().positive()).min(1),
  perturbationUm: z.number().positive(),
  /** To train on, and to judge by. */
  locations: whole,
  heldOut: whole,
  /** At every location. */
  pairs: whole,
  pitchUm: z.number().positive(),
  /** Half the ranges that aberrations are drawn from. */
  rangeWorkingDistanceUm: z.number().positive(),
  rangeStigmator: z.number().positive(),
  seed: whole,
});
export type PairSettings = z.infer<typeof settingsSchema>;

/** A place of the specimen, and what was spent on it. */
const placeSchema = z.strictObject({
  /** Counted along the grid. */
  location: whole,
  stage,
  /** The last one found. */
  focus: focus.nullable(),
  /** Why the place is left out. */
  failure: z.string().nullable(),
  frames: whole,
  doseElectronsPerNm2: z.number().min(0),
  /** Frames and settling. */
  microscopeS: z.number().min(0),
  /** Of the search for focus. */
  computeS: z.number().min(0),
});
export type Place = z.infer<typeof placeSchema>;

const pairSchema = z.strictObject({
  location: whole,
  /** Counted at the location. */
  pair: whole,
  /** Whether the aberration was drawn from the whole range, or from near focus. */
  reach: z.enum(['wide', 'near focus']),
  /** What leads from the state midway between the frames to the focus found there. */
  correction: focus,
  dwellTimeNs: z.number().positive(),
  /** Files, relative to the manifest. */
  under: z.string(),
  over: z.string(),
});
export type KeptPair = z.infer<typeof pairSchema>;

/** `pairs.json`: what has been acquired so far. */
export const pairsSchema = z.strictObject({
  schema: z.literal(1),
  settings: settingsSchema,
  calibration: calibrationSchema,
  /** Middle of the grid. */
  centre: stage,
  places: z.array(placeSchema),
  pairs: z.array(pairSchema),
});
export type PairsManifest = z.infer<typeof pairsSchema>;
