import { z } from 'zod';
import type { AutofocusContext, AutofocusStep } from '../../harness/algorithm/index.ts';
import {
  type FocusChange,
  type FocusParameter,
  focusParameters,
  type GreyPixels,
  type Rectangle,
  subtractFocus,
} from '../../harness/microscope/index.ts';
import { cropGreyImage, type GreyImage, phaseCorrelation } from '../../harness/numeric/index.ts';
import { brenner } from '../sharpness/brenner.ts';
import { frameEffect, significantEffect } from '../sharpness/frameEffect.ts';
import { checkSharpnessFrame, frameSharpness } from '../sharpness/frameSharpness.ts';
import { lowPass } from '../sharpness/lowPass.ts';
import { combineFits } from './combineFits.ts';
import { fitSeries, type SeriesFit } from './fitSeries.ts';
import { scharrSharpness } from './scharrSharpness.ts';

/** Parameters of the series; the defaults are SBEMimage's. */
export const seriesParametersSchema = z.strictObject({
  /** Frames of a series, spread evenly from minus to plus the deviation; an odd number. */
  frames: z
    .number()
    .int()
    .min(3)
    .max(99)
    .refine((count) => count % 2 === 1, { error: 'must be an odd number, 3 or more' })
    .default(3),
  /** Of the working distance, in um. */
  deviationUm: z.number().positive().max(100).default(1.5).meta({ unit: 'um' }),
  /** Of either stigmator. */
  stigmatorDeviation: z.number().positive().max(100).default(0.2).meta({ unit: 'stigmator unit' }),
  /** Tiles of the frame that are fitted each for itself, across and down. */
  columns: z.number().int().min(1).max(20).default(4),
  rows: z.number().int().min(1).max(20).default(3),
  /** Low-pass before the gradient, standard deviation; 0 for none, as SBEMimage has it. */
  lowPassPx: z.number().min(0).max(16).default(0).meta({ unit: 'px' }),
});
export type SeriesParameters = z.infer<typeof seriesParametersSchema>;

/** Low-pass of the measure by which significance and loss of focus are told, px. */
const testLowPassPx = 2;
/** How far the content may be from where the calibration expects it, px. */
const searchRadiusPx = 16;
/** Side of the part of the frame that is registered, px. */
const registeredPx = 512;

/** @throws ConfigError if a frame is too small for a series. */
export function checkSeriesFrame(frame: { readonly width: number; readonly height: number }): void {
  checkSharpnessFrame(frame, testLowPassPx);
}

/**
 * Automated focus and stigmation series as SBEMimage has them: three frames at offsets -1, 0, 1 of one
 * parameter, registered; the mean Scharr gradient of each tile; a parabola per tile; their weighted
 * mean is the correction. One item a series: working distance, stigmator X, stigmator Y, and again,
 * until the caller stops asking.
 *
 * Reaches no farther than one deviation a series, and sees nothing where the sharpness is flat over
 * the deviation: for use near focus.
 *
 * A series whose frames differ by no more than noise corrects nothing; a whole cycle of such series
 * declines. Puts the start back, and ends, when the middle frame of a series is less sharp than that
 * of the first one by more than noise.
 */
export async function* correctBySeries(
  context: AutofocusContext,
  parameters: SeriesParameters,
): AsyncGenerator<AutofocusStep, void, void> {
  const { microscope, frame, clock, signal } = context;
  const start = await microscope.readFocus({ signal });
  const half = (parameters.frames - 1) / 2;
  let focus = start;
  let atStart: Judged | undefined;
  let hasMoved = false;
  for (let iteration = 1; ; iteration++) {
    const axis = focusParameters[(iteration - 1) % focusParameters.length]!;
    const deviation =
      axis === 'workingDistanceUm' ? parameters.deviationUm : parameters.stigmatorDeviation;
    const offsets = Array.from(
      { length: parameters.frames },
      (_, i) => ((i - half) / half) * deviation,
    );
    const before = focus;
    const frames: GreyPixels[] = [];
    for (const offset of offsets) {
      await microscope.writeFocus({ ...before, [axis]: before[axis] + offset }, { signal });
      frames.push((await microscope.acquireFrame(frame, { signal })).pixels);
    }
    const startMs = clock.nowMs();
    const judged = frames.map((pixels) => frameSharpness(pixels, brenner, testLowPassPx));
    const middle = judged[half]!;
    atStart ??= middle;
    const effect = frameEffect(judged.map(({ tiles }) => tiles));
    const isWorse =
      middle.sharpness < atStart.sharpness &&
      frameEffect([atStart.tiles, middle.tiles]) > significantEffect;
    const found =
      effect > significantEffect && !isWorse
        ? optimumOf(frames, offsets, axis === 'workingDistanceUm', context, parameters)
        : undefined;
    const computeMs = clock.nowMs() - startMs;
    hasMoved ||= found !== undefined;
    const target = { ...before, [axis]: before[axis] + (found?.optimum ?? 0) };
    focus = await microscope.writeFocus(isWorse ? start : target, { signal });
    const declined = isWorse
      ? 'the image had become less sharp than at the start; the start was put back'
      : !hasMoved && iteration === focusParameters.length
        ? 'the frames of no series differ by more than noise in a way that could be fitted'
        : undefined;
    yield {
      iteration,
      correction: subtractFocus(focus, before),
      ...(found && { correctionSd: along(axis, found.sd) }),
      focus,
      framesUsed: frames.length,
      computeMs,
      ...(declined !== undefined && { declined }),
      diagnostics: { axis, effect, goodFits: found?.count ?? 0 },
    };
    if (declined !== undefined) return;
  }
}

type Judged = ReturnType<typeof frameSharpness>;

function along(axis: FocusParameter, value: number): FocusChange {
  return { workingDistanceUm: 0, stigmatorX: 0, stigmatorY: 0, [axis]: value };
}

/** Registers the frames with the middle one, fits every tile and combines the fits. */
function optimumOf(
  frames: readonly GreyPixels[],
  offsets: readonly number[],
  movesTheImage: boolean,
  { calibration, frame }: AutofocusContext,
  { columns, rows, lowPassPx }: SeriesParameters,
): ReturnType<typeof combineFits> {
  const middle = centreOf(frames[(frames.length - 1) / 2]!);
  const { x, y } = calibration.imageShiftNmPerUm;
  const shifts = frames.map((pixels, i) => {
    const distance = movesTheImage ? offsets[i]! / frame.pixelSizeNm : 0;
    const expected = { expectedXPx: x * distance, expectedYPx: y * distance };
    const found = phaseCorrelation(middle, centreOf(pixels), { ...expected, searchRadiusPx });
    return { xPx: Math.round(found.xPx), yPx: Math.round(found.yPx) };
  });
  const common = commonPart(frames[0]!, shifts);
  const width = Math.floor(common.width / columns);
  const height = Math.floor(common.height / rows);
  const fits: SeriesFit[] = [];
  for (let tile = 0; tile < columns * rows; tile++) {
    const left = common.x + (tile % columns) * width;
    const top = common.y + Math.floor(tile / columns) * height;
    const sharpness = frames.map((pixels, i) => {
      const { xPx, yPx } = shifts[i]!;
      const image = cropGreyImage(pixels, { x: left + xPx, y: top + yPx, width, height });
      return scharrSharpness(lowPassPx > 0 ? lowPass(image, lowPassPx) : image);
    });
    const fit = fitSeries(offsets, sharpness);
    if (fit !== undefined) fits.push(fit);
  }
  return combineFits(fits);
}

/** The middle of a frame, as far as registration needs it. */
function centreOf(pixels: GreyPixels): GreyImage {
  const [frameHeight = 0, frameWidth = 0] = pixels.shape;
  const width = Math.min(registeredPx, frameWidth);
  const height = Math.min(registeredPx, frameHeight);
  const x = Math.floor((frameWidth - width) / 2);
  const y = Math.floor((frameHeight - height) / 2);
  return cropGreyImage(pixels, { x, y, width, height });
}

/** What every frame shows, in the middle one's pixels. */
function commonPart(
  pixels: GreyPixels,
  shifts: readonly { readonly xPx: number; readonly yPx: number }[],
): Rectangle {
  const [height = 0, width = 0] = pixels.shape;
  const left = Math.max(0, ...shifts.map(({ xPx }) => -xPx));
  const right = Math.max(0, ...shifts.map(({ xPx }) => xPx));
  const top = Math.max(0, ...shifts.map(({ yPx }) => -yPx));
  const bottom = Math.max(0, ...shifts.map(({ yPx }) => yPx));
  return { x: left, y: top, width: width - left - right, height: height - top - bottom };
}
