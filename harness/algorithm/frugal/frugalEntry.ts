import { z } from 'zod';
import { parseConfig } from '../../config/index.ts';
import { AlgorithmError } from '../../microscope/index.ts';
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
  /** Parameters for regions of so many patches. */
  readonly parameters: (patches: number) => Json;
}

/** A pair algorithm that exposes regions only, and no more of them than it needs. */
export function frugalEntry(
  entry: AlgorithmEntry,
  { patchSidePx, firstPerSide, parameters }: FrugalUse,
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
      run: (context, { targetUm }) =>
        correctFrugally(context, {
          patchSidePx,
          firstPerSide,
          targetUm,
          estimator: (perSide) => createEstimator(context.calibration, parameters(perSide ** 2)),
          perturbationUm: perturbationFor(
            context.calibration,
            context.frame.pixelSizeNm,
            parameters(firstPerSide ** 2),
          ),
        }),
    }),
    ...(entry.checkCalibration && { checkCalibration: entry.checkCalibration }),
    checkFrame: ({ width, height, ...frame }) => {
      const most = Math.floor(Math.min(width, height) / patchSidePx);
      const perSide = Math.max(1, Math.min(firstPerSide, most));
      const side = Math.min(perSide * patchSidePx, width, height);
      entry.checkFrame?.({ ...frame, width: side, height: side }, parameters(perSide ** 2));
    },
  };
}
