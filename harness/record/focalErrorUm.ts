import type { FocusChange } from '../microscope/index.ts';
import type { Scenario } from './TrajectoryRecord.ts';

/**
 * How far from focus, in one number: defocus and both components of astigmatism as focal shift,
 * `hypot(z, a, b)`, um. The blur of a frame is proportional to it, whatever it is a mixture of.
 *
 * With the matrix that the algorithms were told. Where that is wrong on purpose, it is equally wrong
 * on both sides of a comparison.
 */
export function focalErrorUm(
  { calibration: { stigmatorMatrixUmPerUnit } }: Pick<Scenario, 'calibration'>,
  { workingDistanceUm, stigmatorX, stigmatorY }: FocusChange,
): number {
  const [[ax, ay], [bx, by]] = stigmatorMatrixUmPerUnit;
  const a = ax * stigmatorX + ay * stigmatorY;
  const b = bx * stigmatorX + by * stigmatorY;
  // `Math.hypot` takes ten times as long, for sizes that no focal error has.
  return Math.sqrt(workingDistanceUm ** 2 + a ** 2 + b ** 2);
}

/** Defocus that blurs by one pixel: pixel size over the half-angle of convergence, um. */
export function depthOfFocusUm({
  calibration,
  frame,
}: Pick<Scenario, 'calibration' | 'frame'>): number {
  return frame.pixelSizeNm / calibration.convergenceMrad;
}
