import { z } from 'zod';

const matrix = z.tuple([z.tuple([z.number(), z.number()]), z.tuple([z.number(), z.number()])]);
const vector = z.strictObject({ x: z.number(), y: z.number() });

/** Everything that distinguishes one simulated instrument from another. No number of it stands in code. */
export const presetSchema = z.strictObject({
  name: z.string(),
  /** One line for `semfocus presets`. */
  summary: z.string(),
  beam: z.strictObject({
    voltageKv: z.number().min(0.1).max(30).meta({ unit: 'kV' }),
    currentNanoAmp: z.number().positive().max(1000).meta({ unit: 'nA' }),
    convergenceMrad: z.number().positive().max(50).meta({ unit: 'mrad' }),
    /** Standard deviation of the in-focus spot. */
    residualSpotNm: z.number().min(0).max(100).meta({ unit: 'nm' }),
  }),
  focus: z.strictObject({
    /** Nominal working distance in focus; every place adds a hidden height of its own. */
    workingDistanceUm: z.number().positive().meta({ unit: 'um' }),
    /** Half the range from which the hidden height is drawn. */
    heightRangeUm: z.number().min(0).max(1000).meta({ unit: 'um' }),
    workingDistanceRangeUm: z.tuple([z.number(), z.number()]).meta({ unit: 'um' }),
    settleTimeS: z.number().min(0).max(60).meta({ unit: 's' }),
  }),
  stigmator: z.strictObject({
    unit: z.string(),
    /** K: focal shift (a, b) in um per stigmator unit, image axes, y down. */
    matrixUmPerUnit: matrix.meta({ unit: 'um per stigmator unit' }),
    /** The setting without astigmatism, and half the range of a hidden offset from it. */
    optimum: vector.meta({ unit: 'stigmator unit' }),
    optimumRange: z.number().min(0).meta({ unit: 'stigmator unit' }),
    range: z.tuple([z.number(), z.number()]).meta({ unit: 'stigmator unit' }),
  }),
  scan: z.strictObject({
    pixelSizeNm: z.number().positive().meta({ unit: 'nm' }),
    dwellTimeNs: z.number().positive().meta({ unit: 'ns' }),
    dwellTimeRangeNs: z.tuple([z.number(), z.number()]).meta({ unit: 'ns' }),
    /** Frame time = dwellFactor * pixels * dwell + rows * row overhead + frame overhead. */
    dwellFactor: z.number().min(1).meta({ unit: '1' }),
    /** Row overhead at two frame widths, interpolated between and held beyond. */
    rowOverheadUs: z
      .array(z.strictObject({ width: z.number().positive(), overheadUs: z.number().min(0) }))
      .min(1),
    frameOverheadS: z.number().min(0).meta({ unit: 's' }),
  }),
  imageShift: z.strictObject({
    /** How far the content moves per um of working distance. */
    nmPerUm: vector.meta({ unit: 'nm/um' }),
    /** Standard deviation per axis and frame of the position error. */
    positionErrorNm: z.number().min(0).meta({ unit: 'nm' }),
  }),
  detector: z.strictObject({
    /** Effective counts per primary electron at yield 1. */
    efficiency: z.number().positive().max(2).meta({ unit: 'counts per electron' }),
    /** Grey value at zero signal; the scale is inverted: more electrons, darker. */
    pedestalGrey: z.number().meta({ unit: 'grey' }),
    /** Grey value at yield 1, to which the operator adjusts the contrast at every dose. */
    meanGrey: z.number().meta({ unit: 'grey' }),
    /** Correlation of the noise with the pixel before it on the line. */
    noiseColour: z.number().min(0).max(0.5).meta({ unit: '1' }),
    rowOffsetGrey: z.number().min(0).meta({ unit: 'grey' }),
    /** Standard deviation per frame of a step in brightness, percent of pedestal minus mean. */
    brightnessStepPercent: z.number().min(0).max(50).meta({ unit: '%' }),
    /** Standard deviation per frame of the gain about mid scale. */
    contrastStepPercent: z.number().min(0).max(50).meta({ unit: '%' }),
  }),
});

export type Preset = z.infer<typeof presetSchema>;
