import type { Calibration } from '../../harness/microscope/index.ts';

/** What a stigmator matrix does, apart from its numbers. */
export interface MatrixShape {
  /** Largest and smallest focal shift per unit, um. */
  readonly singularValues: readonly [number, number];
  /** Their ratio, >= 1: how unevenly corrections are carried over. */
  readonly condition: number;
  /** Whether (a, b) turns the same way as the stigmators (`direct`) or the other way. */
  readonly handedness: 'direct' | 'mirrored';
}

/** Singular values, condition and handedness of a 2 x 2 matrix. */
export function matrixShape([
  [p, q],
  [r, s],
]: Calibration['stigmatorMatrixUmPerUnit']): MatrixShape {
  const determinant = p * s - q * r;
  const sum = Math.hypot(p + s, r - q);
  const difference = Math.hypot(p - s, r + q);
  const largest = (sum + difference) / 2;
  const smallest = Math.abs(sum - difference) / 2;
  return {
    singularValues: [largest, smallest],
    condition: largest / smallest,
    handedness: determinant > 0 ? 'direct' : 'mirrored',
  };
}
