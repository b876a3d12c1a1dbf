import {
  type Calibration,
  deviationOfAberration,
  type FocusChange,
} from '../../harness/microscope/index.ts';
import type { InformationMatrix } from './InformationMatrix.ts';

/**
 * The information bound (Cramer and Rao): standard deviations of working distance (um) and
 * stigmators (instrument units) that no unbiased estimator comes below.
 *
 * @param information - On (z, a, b).
 * @param matrix - K: (a, b) in um = K (stigmator x, y).
 * @returns infinite where the information is singular: then a combination of the three is unknown.
 */
export function boundSd(
  information: InformationMatrix,
  matrix: Calibration['stigmatorMatrixUmPerUnit'],
): FocusChange {
  const covariance = inverse3(information);
  if (covariance === undefined) {
    const unknown = Number.POSITIVE_INFINITY;
    return { workingDistanceUm: unknown, stigmatorX: unknown, stigmatorY: unknown };
  }
  // Rows of the inverse matrix: how a and b make up the two stigmators.
  const fromA = deviationOfAberration({ zUm: 0, aUm: 1, bUm: 0 }, matrix);
  const fromB = deviationOfAberration({ zUm: 0, aUm: 0, bUm: 1 }, matrix);
  const sd = (a: number, b: number) =>
    Math.sqrt(
      a * a * covariance[1]![1]! + 2 * a * b * covariance[1]![2]! + b * b * covariance[2]![2]!,
    );
  return {
    workingDistanceUm: Math.sqrt(covariance[0]![0]!),
    stigmatorX: sd(fromA.stigmatorX, fromB.stigmatorX),
    stigmatorY: sd(fromA.stigmatorY, fromB.stigmatorY),
  };
}

/** A determinant this small, relative to the product of the diagonal, is 0 but for rounding. */
const singular = 1e-12;
/** So is a parameter with this share of the information on the best known one. */
const negligible = 1e-20;

/** By cofactors; undefined if singular. */
function inverse3(matrix: InformationMatrix): number[][] | undefined {
  const minor = (i: number, j: number) => {
    const [r, s] = [(i + 1) % 3, (i + 2) % 3];
    const [t, u] = [(j + 1) % 3, (j + 2) % 3];
    // The cyclic order of rows and columns carries the sign.
    return matrix[r]![t]! * matrix[s]![u]! - matrix[r]![u]! * matrix[s]![t]!;
  };
  const determinant = [0, 1, 2].reduce((sum, j) => sum + matrix[0]![j]! * minor(0, j), 0);
  const diagonal = [0, 1, 2].map((i) => matrix[i]![i]!);
  const product = diagonal.reduce((all, own) => all * own, 1);
  if (!(Math.min(...diagonal) > negligible * Math.max(...diagonal))) return undefined;
  if (!(determinant > singular * product)) return undefined;
  return [0, 1, 2].map((i) => [0, 1, 2].map((j) => minor(j, i) / determinant));
}
