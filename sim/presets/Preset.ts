import { z } from 'zod';
import { probeShapes } from '../../harness/microscope/index.ts';
import { imperfectionsSchema } from './imperfections.ts';

const finite = z.number();
const range = z
  .tuple([finite, finite])
  .refine(([low, high]) => low < high, { error: 'the lower end must come first' });
/**
 * `inverted`: more electrons, darker; `normal`: more electrons, brighter, so that the variance of the noise
 * rises with the grey value; `specimen`: as the specimen is usually shown, of fixed levels inverted.
 */
export const polaritySchema = z.enum(['specimen', 'inverted', 'normal']);
const averages = z.number().int().min(1).max(512).meta({ unit: 'times' });

/** Everything that distinguishes one simulated instrument from another. No number of it stands in code. */
export const presetSchema = z
  .strictObject({
    name: z.string().min(1),
    /** One line for `semfocus presets`. */
    summary: z.string(),
    beam: z.strictObject({
      voltageKv: z.number().min(0.1).max(30).meta({ unit: 'kV' }),
      currentNanoAmp: z.number().min(1e-6).max(1000).meta({ unit: 'nA' }),
      convergenceMrad: z.number().positive().max(50).meta({ unit: 'mrad' }),
      /** The default shape of the probe. */
      psf: z.enum(probeShapes),
      /** Standard deviation of the in-focus spot of `gaussian` and `disc`. */
      residualSpotNm: z.number().min(0).max(100).meta({ unit: 'nm' }),
      /** What `wave` makes the in-focus spot of: Cs, Cc, FWHM of the energy, image of the source. */
      sphericalMm: z.number().min(0).max(100).meta({ unit: 'mm' }),
      chromaticMm: z.number().min(0).max(100).meta({ unit: 'mm' }),
      energySpreadEv: z.number().min(0).max(10).meta({ unit: 'eV' }),
      sourceImageNm: z.number().min(0).max(100).meta({ unit: 'nm' }),
    }),
    focus: z.strictObject({
      /** Nominal working distance in focus; every run adds a hidden height of its own. */
      workingDistanceUm: z.number().positive().meta({ unit: 'um' }),
      /** Half the range from which the hidden height is drawn. */
      heightRangeUm: z.number().min(0).max(1000).meta({ unit: 'um' }),
      workingDistanceRangeUm: range.meta({ unit: 'um' }),
      settleTimeS: z.number().min(0).max(60).meta({ unit: 's' }),
    }),
    stigmator: z.strictObject({
      unit: z.string(),
      /**
       * K: focal shift (a, b) in um per stigmator unit, y down, in the axes of the column: those of
       * the image where the scan is not rotated.
       */
      matrixUmPerUnit: z
        .tuple([z.tuple([finite, finite]), z.tuple([finite, finite])])
        .refine(([[p, q], [r, s]]) => Math.abs(p * s - q * r) > 1e-6, {
          error: 'the stigmator matrix is singular: its two rows must be independent',
        })
        .meta({ unit: 'um per stigmator unit' }),
      /** The setting without astigmatism, and half the range of a hidden offset from it. */
      optimum: z.strictObject({ x: finite, y: finite }).meta({ unit: 'stigmator unit' }),
      optimumRange: z.number().min(0).max(100).meta({ unit: 'stigmator unit' }),
      range: range.meta({ unit: 'stigmator unit' }),
    }),
    scan: z.strictObject({
      pixelSizeNm: z.number().min(0.5).max(100).meta({ unit: 'nm' }),
      dwellTimeNs: z.number().positive().max(1e6).meta({ unit: 'ns' }),
      dwellTimeRangeNs: range
        .refine(([shortest]) => shortest > 0, {
          error: 'the shortest dwell time must be above 0 ns',
        })
        .meta({ unit: 'ns' }),
      /** How far the image is turned against the column: a vector v of the column becomes R v. */
      rotationDeg: z.number().min(-360).max(360).meta({ unit: 'deg' }),
      /** Every row, and every frame, is scanned so often and averaged. */
      lineAverages: averages,
      frameAverages: averages,
      /** Frame time = dwellFactor * pixels * dwell + rows * row overhead + frame overhead. */
      dwellFactor: z.number().min(1).max(10).meta({ unit: '1' }),
      /** Row overhead at two frame widths, interpolated between and held beyond. */
      rowOverheadUs: z
        .array(
          z.strictObject({
            width: z.number().positive().meta({ unit: 'px' }),
            overheadUs: z.number().min(0).max(1e6).meta({ unit: 'us' }),
          }),
        )
        .min(1),
      frameOverheadS: z.number().min(0).max(60).meta({ unit: 's' }),
    }),
    detector: z.strictObject({
      /** Effective counts per primary electron at yield 1. */
      efficiency: z.number().positive().max(2).meta({ unit: 'counts per electron' }),
      bitDepth: z.union([z.literal(8), z.literal(16)], { error: 'must be 8 or 16 bit' }),
      /**
       * `operator`: brightness and contrast are set to the field as an operator would set them;
       * `fixed`: with the two grey values below for whatever is looked at.
       */
      levels: z.enum(['operator', 'fixed']),
      polarity: polaritySchema,
      /** Grey value (8 bit) at zero signal of an inverted scale: more electrons, darker. */
      pedestalGrey: z.number().min(0).max(10_000).meta({ unit: 'grey' }),
      /** Grey value at yield 1, to which the contrast is adjusted at every dose. */
      meanGrey: z.number().min(1).max(254).meta({ unit: 'grey' }),
      /** Share of a stained field that an operator lets saturate at black. */
      clippedPercent: z.number().min(0).max(50).meta({ unit: '%' }),
    }),
    imperfections: imperfectionsSchema,
  })
  .superRefine(assertConsistent);

export type Preset = z.infer<typeof presetSchema>;

/** An instrument must be able to reach its own nominal state, wherever its secrets lie. */
function assertConsistent(preset: Preset, context: z.RefinementCtx): void {
  const { focus, stigmator, scan, detector } = preset;
  const refuse = (path: (string | number)[], message: string) =>
    context.addIssue({ code: 'custom', path, message });
  const [lowest, highest] = focus.workingDistanceRangeUm;
  if (
    focus.workingDistanceUm - focus.heightRangeUm < lowest ||
    focus.workingDistanceUm + focus.heightRangeUm > highest
  ) {
    refuse(
      ['focus', 'workingDistanceUm'],
      `must lie at least heightRangeUm = ${focus.heightRangeUm} um inside workingDistanceRangeUm, ${lowest} to ${highest} um`,
    );
  }
  for (const axis of ['x', 'y'] as const) {
    const [low, high] = stigmator.range;
    const at = stigmator.optimum[axis];
    if (at - stigmator.optimumRange < low || at + stigmator.optimumRange > high) {
      refuse(
        ['stigmator', 'optimum', axis],
        `must lie at least optimumRange = ${stigmator.optimumRange} inside stigmator.range, ${low} to ${high}`,
      );
    }
  }
  const [shortest, longest] = scan.dwellTimeRangeNs;
  if (scan.dwellTimeNs < shortest || scan.dwellTimeNs > longest) {
    refuse(
      ['scan', 'dwellTimeNs'],
      `must lie inside scan.dwellTimeRangeNs, ${shortest} to ${longest} ns`,
    );
  }
  if (detector.pedestalGrey <= detector.meanGrey) {
    refuse(['detector', 'pedestalGrey'], 'must be above detector.meanGrey: the scale is inverted');
  }
}
