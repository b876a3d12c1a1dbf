import { z } from 'zod';
import type { Scenario } from '../experiment/index.ts';
import type { FocusState } from '../microscope/index.ts';

const row = z.tuple([z.number(), z.number()]);
const told = z.object({
  convergenceMrad: z.number().positive(),
  stigmatorMatrixUmPerUnit: z.tuple([row, row]),
});

/**
 * How far from focus, in one number: defocus and both components of astigmatism as focal shift,
 * `hypot(z, a, b)`. The blur of a frame is proportional to it, whatever it is a mixture of.
 *
 * With the matrix that the algorithms were told. Where that is wrong on purpose, it is equally wrong
 * on both sides of a comparison.
 *
 * @returns um; `undefined` where the record, of an older version, does not say the matrix.
 */
export function focalErrorUm(
  { calibration }: Pick<Scenario, 'calibration'>,
  { workingDistanceUm, stigmatorX, stigmatorY }: FocusState,
): number | undefined {
  const instrument = told.safeParse(calibration).data;
  if (instrument === undefined) return undefined;
  const [[ax, ay], [bx, by]] = instrument.stigmatorMatrixUmPerUnit;
  return Math.hypot(
    workingDistanceUm,
    ax * stigmatorX + ay * stigmatorY,
    bx * stigmatorX + by * stigmatorY,
  );
}

/** Defocus that blurs by one pixel: pixel size over the half-angle of convergence, um. */
export function depthOfFocusUm({
  calibration,
  frame,
}: Pick<Scenario, 'calibration' | 'frame'>): number | undefined {
  const instrument = told.safeParse(calibration).data;
  return instrument && frame.pixelSizeNm / instrument.convergenceMrad;
}
