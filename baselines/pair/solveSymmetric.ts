/**
 * Solves a small symmetric positive definite system and inverts its matrix (Gauss-Jordan; the
 * matrices here carry a prior on their diagonal and need no pivoting).
 *
 * @throws RangeError if the matrix is not positive definite.
 */
export function solveSymmetric(
  matrix: readonly (readonly number[])[],
  right: readonly number[],
): { solution: number[]; inverse: number[][] } {
  const n = right.length;
  const rows = matrix.map((row, i) => [
    ...row,
    ...Array.from({ length: n }, (_, j) => (i === j ? 1 : 0)),
  ]);
  for (let pivot = 0; pivot < n; pivot++) {
    const pivotRow = rows[pivot]!;
    const diagonal = pivotRow[pivot]!;
    if (!(diagonal > 0)) {
      throw new RangeError(`matrix must be positive definite. Received pivot ${diagonal}`);
    }
    for (let j = 0; j < 2 * n; j++) pivotRow[j]! /= diagonal;
    for (let i = 0; i < n; i++) {
      if (i === pivot) continue;
      const row = rows[i]!;
      const factor = row[pivot]!;
      for (let j = 0; j < 2 * n; j++) row[j]! -= factor * pivotRow[j]!;
    }
  }
  const inverse = rows.map((row) => row.slice(n));
  const solution = inverse.map((row) =>
    row.reduce((sum, value, j) => sum + value * (right[j] ?? 0), 0),
  );
  return { solution, inverse };
}
