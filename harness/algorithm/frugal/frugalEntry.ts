import { z } from 'zod';
import { parseConfig } from '../../config/index.ts';
import { AlgorithmError, type Calibration } from '../../microscope/index.ts';
import type { AlgorithmEntry } from '../AlgorithmEntry.ts';
import type { Json } from '../AutofocusAlgorithm.ts';
import { searchEntry } from '../entryOf.ts';
import { correctFrugally } from './correctFrugally.ts';

const frugalParametersSchema = z.strictObject({
  /** Focal shift that is to be left at most, um: half of the article's margin of working distance. */
  targetUm: z.number().positive().max(10).default(0.5),
});

/** What an estimator needs to be fed with regions. */
export interface FrugalUse {
  readonly patchSidePx: number;
  readonly firstPerSide: number;
  /** Whether pixels may be as large as the blur allows, or must be those of the frame. */
  readonly pixels: 'coarse' | 'own';
  /** Parameters for regions of so many patches, with pixels of this part of the largest that the blur allows. */
  readonly parameters: (patches: number, ofLargest: number) => Json;
}

/** A pair algorithm that exposes regions only, and no more of them than it needs. */
export function frugalEntry(
  entry: AlgorithmEntry,
  { patchSidePx, firstPerSide, pixels, parameters }: FrugalUse,
): AlgorithmEntry {
  const { createEstimator, perturbationFor } = entry;
  if (createEstimator === undefined || perturbationFor === undefined) {
    throw new AlgorithmError(`${entry.name} must work on pairs of frames`);
  }
  const name = `frugal-${entry.name}`;
  return {
    ...searchEntry({
      name,
      version: '1',
      summary: `${entry.name} on small regions that a coarse look chooses, as few as its claims allow`,
      ...(entry.modelSha256 !== undefined && { modelSha256: entry.modelSha256 }),
      parse: (given = {}) => parseConfig(frugalParametersSchema, given, `parameters of ${name}`),
      run: (context, { targetUm }) => {
        const { calibration, frame } = context;
        const perturbationUm = perturbationFor(
          calibration,
          frame.pixelSizeNm,
          parameters(firstPerSide ** 2, 1),
        );
        const largestNm = largestPixelNm(calibration, perturbationUm);
        return correctFrugally(context, {
          patchSidePx,
          firstPerSide,
          targetUm,
          perturbationUm,
          largestPixelNm: pixels === 'coarse' ? largestNm : frame.pixelSizeNm,
          estimator: (perSide, pixelSizeNm) =>
            createEstimator(calibration, parameters(perSide ** 2, pixelSizeNm / largestNm)),
        });
      },
    }),
    ...(entry.checkCalibration && { checkCalibration: entry.checkCalibration }),
    checkFrame: ({ width, height, ...frame }) => {
      const most = Math.floor(Math.min(width, height) / patchSidePx);
      const perSide = Math.max(1, Math.min(firstPerSide, most));
      const side = Math.min(perSide * patchSidePx, width, height);
      entry.checkFrame?.({ ...frame, width: side, height: side }, parameters(perSide ** 2, 1));
    },
  };
}

/** First zero of the transfer function of a disc, NA times defocus times wave number. */
const firstZero = 3.83;
/**
 * Part of the Nyquist frequency of the largest pixels at which that zero may lie. Estimators look up to 0.75 of it, and measure
 * noise from 0.8 on: little is told so near to the zero.
 */
const zeroOverNyquist = 0.85;

/**
 * The largest pixels that show all of a pair that tells its defocus, nm: the blur of the perturbation leaves next
 * to nothing beyond the first zero of its transfer function. What a fine raster spends its electrons on is blur.
 */
function largestPixelNm({ convergenceMrad }: Calibration, perturbationUm: number): number {
  return (zeroOverNyquist * Math.PI * convergenceMrad * perturbationUm) / firstZero;
}
