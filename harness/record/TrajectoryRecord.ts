import { z } from 'zod';
import { calibrationSchema, probeShapes } from '../microscope/index.ts';
import { failureClassSchema } from './FailureClass.ts';
import { jsonObjectSchema, jsonSchema } from './jsonSchema.ts';

/** Version of the record's shape; readers refuse others. */
export const recordSchemaVersion = 4;

const focusSchema = z.strictObject({
  workingDistanceUm: z.number(),
  stigmatorX: z.number(),
  stigmatorY: z.number(),
});

const algorithmSchema = z.strictObject({
  name: z.string(),
  version: z.string(),
  parameters: jsonSchema,
  modelSha256: z.string().optional(),
  /** SHA-256 of the source where it does not come with the project. */
  sourceSha256: z.string().optional(),
});

/** Everything that determines a trajectory. Its canonical JSON is hashed into the record's key. */
export const scenarioSchema = z.strictObject({
  suite: z.string(),
  /** Seed of the suite; every random stream of the trajectory derives from it and from `trajectory`. */
  seed: z.number().int().nonnegative(),
  /** Index of the trajectory: same index, same specimen, place, start and noise for every algorithm. */
  trajectory: z.number().int().nonnegative(),
  /** The simulated instrument; what it calls itself where `instrument` is present. */
  preset: z.string(),
  /**
   * Present where the trajectory ran on an instrument that knows no truth, and not in the simulator of the run:
   * specimen, noise and focus are then as they were that day.
   */
  instrument: z
    .strictObject({
      /** False where its stage cannot be moved: all trajectories are at one place. */
      hasStage: z.boolean(),
      /** The method whose focus the residuals are measured from, and the dwell time of its frames. */
      reference: z.strictObject({
        algorithm: algorithmSchema,
        dwellTimeNs: z.number().positive().meta({ unit: 'ns' }),
      }),
    })
    .optional(),
  /** SHA-256 of the preset's content where it does not come with the project. */
  presetSha256: z.string().optional(),
  psf: z.enum(probeShapes),
  specimen: z.strictObject({
    name: z.string(),
    seed: z.number().int().nonnegative(),
    /** Present if there is nothing to focus on: to decline is right there. */
    isBlank: z.literal(true).optional(),
    /** For a specimen read from a file: its path, hash and declared pixel size. */
    file: z
      .strictObject({ path: z.string(), sha256: z.string(), pixelSizeNm: z.number().positive() })
      .optional(),
  }),
  /** On an instrument, from the place where the run began. */
  stage: z.strictObject({ xUm: z.number(), yUm: z.number() }),
  /** Class of starts, where the suite has several. */
  stratum: z.string().optional(),
  /** Set state minus best focus, or the first reference of an instrument, at the beginning. */
  start: focusSchema,
  frame: z.strictObject({
    width: z.number().int().positive(),
    height: z.number().int().positive(),
    pixelSizeNm: z.number().positive(),
    dwellTimeNs: z.number().positive(),
  }),
  /** What the algorithm was told. */
  calibration: calibrationSchema.omit({ measured: true }),
  /**
   * Where the calibration comes from: `measured` by known moves on the simulated instrument,
   * `nominal`: the preset's own numbers, or those that the instrument states, `given` in a file.
   */
  calibrationSource: z.enum(['measured', 'nominal', 'given']),
  algorithm: algorithmSchema,
  iterations: z.number().int().positive(),
  /** The guard's limits, counted from the starting point. */
  limits: z.strictObject({
    workingDistanceUm: z.number().positive(),
    stigmator: z.number().positive(),
  }),
  margins: z.strictObject({
    workingDistanceUm: z.number().positive(),
    stigmator: z.number().positive(),
  }),
  physicsVersion: z.string(),
});
export type Scenario = z.infer<typeof scenarioSchema>;

/**
 * One row per iteration; row 0 is the start. Sums run from the start of the trajectory.
 *
 * A trajectory that was stopped, by an exception or by the guard, has one more row: the state in
 * which the microscope is left, the start that the guard has put back, and all that was spent. It
 * bears the number of the iteration that was stopped; trouble after the last one, that of the last
 * one. The last row is thus always the state in which the microscope was left.
 */
const iterationRowSchema = z.strictObject({
  iteration: z.number().int().nonnegative(),
  /** Instrument values in which the iteration left the microscope. */
  focus: focusSchema,
  /** `focus` minus the true best focus, or the middle of the record's `reference`, signed. */
  residual: focusSchema,
  /** All three residuals within the suite's margins; never so where the trajectory was stopped. */
  insideMargins: z.boolean(),
  correction: focusSchema.optional(),
  correctionSd: focusSchema.optional(),
  declined: z.string().optional(),
  /** Why the trajectory was stopped; the start was restored. */
  stopped: z.string().optional(),
  framesTotal: z.number().int().nonnegative(),
  pixelsTotal: z.number().int().nonnegative(),
  /** Of the place that has received most. */
  doseElectronsPerNm2Total: z.number().nonnegative(),
  /** On the specimen, wherever they hit it. */
  electronsTotal: z.number().nonnegative(),
  beamOnTotalS: z.number().nonnegative(),
  settleTotalS: z.number().nonnegative(),
  /** Virtual time of the microscope since the start: frames, overheads and settling. */
  microscopeTotalS: z.number().nonnegative(),
  /** Computing time of this iteration, 0 where it was stopped; differs from run to run. */
  computeMs: z.number().nonnegative(),
  diagnostics: jsonObjectSchema.optional(),
});
export type IterationRow = z.infer<typeof iterationRowSchema>;

/**
 * How a trajectory ended, judged against the hidden truth (on an instrument: against the measured
 * reference) by the state the microscope was left in.
 * `converged`: inside all margins. `missed`: outside. `declined`: the algorithm saw nothing to
 * focus on. `diverged`: farther away than twice the start and by more than the margin of the
 * working distance, or stopped by the guard. `failed`: an exception, told in `message`.
 */
export const outcomes = ['converged', 'missed', 'declined', 'diverged', 'failed'] as const;
export type Outcome = (typeof outcomes)[number];

/** A path below the folder of the records, and no other. */
function previewSchema(view: 'before' | 'after' | 'in-focus') {
  return z.string().regex(new RegExp(`^previews/[0-9a-f]{16}-${view}\\.png$`), {
    error: `must be previews/ and the first 16 digits of the key, then -${view}.png`,
  });
}

/**
 * What a line of `records.jsonl` says, but for its checksum (`recordLine`). Equal for equal scenarios but for
 * `computeMs` and `timing`.
 */
export const trajectoryRecordSchema = z.strictObject({
  schema: z.literal(recordSchemaVersion),
  key: z.string().regex(/^[0-9a-f]{64}$/),
  scenario: scenarioSchema,
  outcome: z.enum(outcomes),
  /** Why it is no success; absent for one. */
  failureClass: failureClassSchema.optional(),
  message: z.string().optional(),
  iterations: z.array(iterationRowSchema).min(1),
  /** On an instrument, and only there: from what its residuals are measured. */
  reference: z
    .strictObject({
      /** Where the method found focus right before the trajectory, and right after it. */
      before: focusSchema,
      after: focusSchema,
      /**
       * One standard deviation of the middle of the two: half of the drift from one to the other, and what
       * the method itself is unsure of.
       */
      sd: focusSchema,
      /**
       * Exposed at the place beside the trajectory: the method's frames and three pictures. What was measured after
       * a trajectory serves the next one as well, and counts with the first.
       */
      frames: z.number().int().positive(),
      doseElectronsPerNm2: z.number().positive().meta({ unit: 'electrons/nm^2' }),
    })
    .optional(),
  /**
   * What no unbiased estimate from one pair of the scenario's frames around best focus comes below:
   * standard deviations. Absent where the algorithm does not work on pairs.
   */
  pairBoundSd: focusSchema.optional(),
  /** PNG files beside the records, relative to their folder; absent where none were kept. */
  previews: z
    .strictObject({
      before: previewSchema('before'),
      after: previewSchema('after'),
      inFocus: previewSchema('in-focus'),
    })
    .optional(),
  timing: z.strictObject({
    startedAt: z.string(),
    wallS: z.number().nonnegative(),
    /** How many trajectories were let run at once: they compete for the machine while timed. */
    workers: z.number().int().positive().optional(),
    /** `serial`: one at a time, warm, for the sake of the times. */
    mode: z.enum(['serial', 'parallel']).optional(),
    /** Of the machine over the last minute, where times were what mattered. */
    loadAverage: z.number().nonnegative().optional(),
  }),
});
export type TrajectoryRecord = z.infer<typeof trajectoryRecordSchema>;
