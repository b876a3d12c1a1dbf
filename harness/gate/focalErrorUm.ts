import type { Scenario } from '../experiment/index.ts';
import type { FocusState } from '../microscope/index.ts';

type Told = Pick<Scenario, 'calibration'>;

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
  scenario: Told,
  { workingDistanceUm, stigmatorX, stigmatorY }: FocusState,
): number | undefined {
  const rows = told(scenario, 'stigmatorMatrixUmPerUnit');
  const [first, second] = Array.isArray(rows) ? rows : [];
  const [ax, ay] = Array.isArray(first) ? first : [];
  const [bx, by] = Array.isArray(second) ? second : [];
  // Of every row of every record: a schema would take most of the time of a comparison.
  if (!isNumber(ax) || !isNumber(ay) || !isNumber(bx) || !isNumber(by)) return undefined;
  return Math.hypot(
    workingDistanceUm,
    ax * stigmatorX + ay * stigmatorY,
    bx * stigmatorX + by * stigmatorY,
  );
}

/** Defocus that blurs by one pixel: pixel size over the half-angle of convergence, um. */
export function depthOfFocusUm(
  scenario: Pick<Scenario, 'calibration' | 'frame'>,
): number | undefined {
  const convergenceMrad = told(scenario, 'convergenceMrad');
  return isNumber(convergenceMrad) && convergenceMrad > 0
    ? scenario.frame.pixelSizeNm / convergenceMrad
    : undefined;
}

/** A field of what the algorithms were told, whatever stands there. */
function told({ calibration }: Told, name: string): unknown {
  const isObject =
    typeof calibration === 'object' && calibration !== null && !Array.isArray(calibration);
  return isObject ? calibration[name] : undefined;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}
