import { z } from 'zod';

/** Errors that a calibration can have, with their units. They change the values given to an algorithm, not the truth. */
const calibrationErrorKinds = {
  convergencePercent: { unit: '%', min: -80, max: 400 },
  stigmatorScalePercent: { unit: '%', min: -80, max: 400 },
  stigmatorRotationDeg: { unit: 'deg', min: -180, max: 180 },
  imageShiftNmPerUm: { unit: 'nm/um', min: -500, max: 500 },
} as const;
export type CalibrationErrorName = keyof typeof calibrationErrorKinds;
const calibrationErrorNames = Object.keys(calibrationErrorKinds) as [
  CalibrationErrorName,
  ...CalibrationErrorName[],
];

/**
 * What an axis changes: an imperfection of the instrument (names and units: `semfocus presets merlin`),
 * or an error of what the algorithms are told about it.
 */
const changed = z.union(
  [
    z.strictObject({ imperfection: z.string() }),
    z.strictObject({ calibrationError: z.enum(calibrationErrorNames) }),
  ],
  { error: 'must be {"imperfection": name} or {"calibrationError": name}' },
);
export type AxisParameter = z.infer<typeof changed>;

const levels = z.strictObject({ of: changed, levels: z.array(z.number()).min(1) });
const interval = z.strictObject({
  of: changed,
  range: z
    .tuple([z.number(), z.number()])
    .refine(([low, high]) => low < high, { error: 'the lower end must come first' }),
});

/**
 * How the instrument is varied. `one-at-a-time`: as it is, then each level of each axis by itself;
 * `grid`: every combination of levels; `latin-hypercube`: `points` points, of which each axis has one
 * in every `points`-th of its range.
 */
export const axesSchema = z.discriminatedUnion('design', [
  z.strictObject({ design: z.literal('one-at-a-time'), axes: z.array(levels).min(1) }),
  z.strictObject({ design: z.literal('grid'), axes: z.array(levels).min(1).max(6) }),
  z.strictObject({
    design: z.literal('latin-hypercube'),
    points: z.number().int().min(2).max(10_000),
    axes: z.array(interval).min(1),
  }),
]);
export type SuiteAxes = z.infer<typeof axesSchema>;
