import type { LinearLayer } from '../onnx/index.ts';
import type { Correction } from './answerLoss.ts';

/** Three rows of three. */
type Matrix = readonly [Correction, Correction, Correction];

const rounds = 30;
/** Of a range: errors below it count as much as one of this size. */
const leastError = 0.002;
/** Of the mean square answer: keeps the equations solvable where the answers never change. */
const ridge = 1e-6;

/**
 * The matrix that brings answers nearest to targets, by least absolute errors: what turning the scan,
 * another mapping of the stigmators and another angle of the beam do to the answers of a network, to first order.
 *
 * @param ranges - Half the range of the targets.
 */
export function nearestMatrix(
  answers: readonly Correction[],
  targets: readonly Correction[],
  ranges: Correction,
): Matrix {
  const row = (quantity: 0 | 1 | 2): Correction => {
    let weights = answers.map(() => 1);
    let found: Correction = [0, 0, 0];
    // Least squares again and again, each with the inverse of its error before as its weight.
    for (let round = 0; round < rounds; round++) {
      found = leastSquares(
        answers,
        targets.map((target) => target[quantity]),
        weights,
      );
      weights = answers.map((answer, i) => {
        const error = Math.abs(dot(found, answer) - targets[i]![quantity]);
        return 1 / Math.max(error, leastError * ranges[quantity]);
      });
    }
    return found;
  };
  return [row(0), row(1), row(2)];
}

/** A head that answers with the matrix times what it answers now; scores stay. */
export function withMatrix(head: readonly LinearLayer[], matrix: Matrix): LinearLayer[] {
  return head.map((layer, i) => {
    if (i < head.length - 1) return layer;
    const { inputs } = layer;
    const weights = layer.weights.slice();
    const biases = layer.biases.slice();
    matrix.forEach((factors, row) => {
      const mixed = (of: (from: number) => number) =>
        factors.reduce((sum, factor, from) => sum + factor * of(from), 0);
      biases[row] = mixed((from) => layer.biases[from]!);
      for (let at = 0; at < inputs; at++) {
        weights[row * inputs + at] = mixed((from) => layer.weights[from * inputs + at]!);
      }
    });
    return { ...layer, weights, biases };
  });
}

function dot(a: Correction, b: Correction): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/** Solves (A^T W A) x = A^T W y by Cramer's rule. */
function leastSquares(
  rows: readonly Correction[],
  values: readonly number[],
  weights: readonly number[],
): Correction {
  const sum = (of: (row: Correction, i: number) => number) =>
    rows.reduce((total, row, i) => total + weights[i]! * of(row, i), 0);
  const square = sum((row) => dot(row, row));
  const product = (j: 0 | 1 | 2): Correction => {
    const of = (k: 0 | 1 | 2) => sum((row) => row[j] * row[k]) + (j === k ? ridge * square : 0);
    return [of(0), of(1), of(2)];
  };
  const [a, b, c] = [product(0), product(1), product(2)];
  const right: Correction = [
    sum((row, i) => row[0] * values[i]!),
    sum((row, i) => row[1] * values[i]!),
    sum((row, i) => row[2] * values[i]!),
  ];
  const whole = determinant(a, b, c);
  if (whole === 0) return [0, 0, 0];
  // The matrix is symmetric: its rows are its columns.
  return [
    determinant(right, b, c) / whole,
    determinant(a, right, c) / whole,
    determinant(a, b, right) / whole,
  ];
}

function determinant(a: Correction, b: Correction, c: Correction): number {
  return dot(a, [b[1] * c[2] - b[2] * c[1], b[2] * c[0] - b[0] * c[2], b[0] * c[1] - b[1] * c[0]]);
}
