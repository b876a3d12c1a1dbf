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
 * With a pupil of two possible shapes the frames tell them apart by half the information on the way between
 * them, in nats; with what probability that leaves to the wrong one, the estimate lies where that one would
 * have it. To first order in the difference of the shapes.
 *
 * @param information - On (z, a, b), and on the pupil where it is not known.
 * @param matrix - K: (a, b) in um = K (stigmator x, y).
 * @returns infinite where the information is singular: then a combination of the three is unknown.
 */
export function boundSd(
  information: InformationMatrix,
  matrix: Calibration['stigmatorMatrixUmPerUnit'],
): FocusChange {
  const covariance = covarianceOf(information);
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

/** Undefined if singular. */
function covarianceOf(information: InformationMatrix): number[][] | undefined {
  const told = inverse3(information);
  const [, , , towardsOther] = information;
  if (told === undefined || towardsOther === undefined) return told;
  const offset = told.map((row) =>
    row.reduce((sum, value, i) => sum + value * towardsOther[i]!, 0),
  );
  const left = offset.reduce((own, value, i) => own - value * towardsOther[i]!, towardsOther[3]!);
  const wrong = 1 / (1 + Math.exp(left / 2));
  return told.map((row, i) => row.map((value, j) => value + wrong * offset[i]! * offset[j]!));
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
