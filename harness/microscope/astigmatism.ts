import type { Calibration } from './Calibration.ts';
import type { FocusChange } from './FocusState.ts';

/**
 * What a wrong focus state does to the probe, as focal shift in um: a ray through the aperture at
 * rho (unit disc) lands `NA M rho` beside its nominal point, M = [[z - a, -b], [-b, z + a]].
 * Image x to the right, y down; z > 0 means the working distance is set too long.
 */
export interface Aberration {
  readonly zUm: number;
  readonly aUm: number;
  readonly bUm: number;
}

type Matrix = Calibration['stigmatorMatrixUmPerUnit'];

/** Aberration caused by settings that differ by `deviation` from the best ones: (a, b) = K (x, y). */
export function aberrationOfDeviation(deviation: FocusChange, matrix: Matrix): Aberration {
  const [[kax, kay], [kbx, kby]] = matrix;
  const { workingDistanceUm, stigmatorX, stigmatorY } = deviation;
  return {
    zUm: workingDistanceUm,
    aUm: kax * stigmatorX + kay * stigmatorY,
    bUm: kbx * stigmatorX + kby * stigmatorY,
  };
}

/** The inverse of {@link aberrationOfDeviation}. */
export function deviationOfAberration(aberration: Aberration, matrix: Matrix): FocusChange {
  const [[kax, kay], [kbx, kby]] = matrix;
  const determinant = kax * kby - kay * kbx;
  return {
    workingDistanceUm: aberration.zUm,
    stigmatorX: (kby * aberration.aUm - kay * aberration.bUm) / determinant,
    stigmatorY: (kax * aberration.bUm - kbx * aberration.aUm) / determinant,
  };
}
