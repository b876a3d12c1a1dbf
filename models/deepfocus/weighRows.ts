import type { OutputKind } from '../card/index.ts';

/** The mean of what a network says of several patches. */
export interface WeighedRows {
  /** Of the three quantities. */
  readonly mean: readonly [number, number, number];
  /** One standard deviation of each mean: of the scatter or of what the network claims, the larger. */
  readonly sdOfMean: readonly [number, number, number];
  /** Standard deviation of each quantity from patch to patch, weighted. */
  readonly sdOfPatches: readonly [number, number, number];
  /** [patches][3], each column adding up to 1. */
  readonly weights: readonly (readonly number[])[];
}

/**
 * Mean over patches of the first three columns of a network's output.
 *
 * Weights by kind: softmax of the scores, as the network was trained; the inverse of the claimed
 * variance, 2 scale^2 for a Laplace distribution; equal where the network says nothing of itself.
 *
 * @param rows - At least one, of finite numbers.
 * @param independent - How many patches without overlap would know as much, at most as many as there are.
 */
export function weighRows(
  rows: readonly (readonly number[])[],
  kind: OutputKind,
  weighting: 'model' | 'mean',
  independent: number = rows.length,
): WeighedRows {
  const weights = normalised(weighting === 'mean' ? rows.map(() => [1, 1, 1]) : own(rows, kind));
  const overlap = rows.length / Math.max(1, Math.min(independent, rows.length));
  const per = (quantity: 0 | 1 | 2) => {
    const values = rows.map((row) => row[quantity]!);
    const share = weights.map((row) => row[quantity]!);
    const mean = dot(share, values);
    const squares = values.map((value) => (value - mean) ** 2);
    // What scatter is left over for the others where one patch has most of the weight.
    const concentration = dot(share, share);
    const unbiased = concentration < 1 ? dot(share, squares) / (1 - concentration) : 0;
    const claimed =
      kind === 'aberration'
        ? rows.reduce(
            // The weight inside the exponential: of a hopeless patch it is 0, the variance infinite.
            (sum, row, i) => sum + 2 * Math.exp(2 * (Math.log(share[i]!) + row[3 + quantity]!)),
            0,
          )
        : 0;
    return {
      mean,
      sdOfPatches: Math.sqrt(unbiased),
      sdOfMean: Math.sqrt(overlap * Math.max(unbiased * concentration, claimed)),
    };
  };
  const found = [per(0), per(1), per(2)] as const;
  const each = <K extends 'mean' | 'sdOfMean' | 'sdOfPatches'>(key: K) =>
    [found[0][key], found[1][key], found[2][key]] as const;
  return {
    mean: each('mean'),
    sdOfMean: each('sdOfMean'),
    sdOfPatches: each('sdOfPatches'),
    weights,
  };
}

function own(rows: readonly (readonly number[])[], kind: OutputKind): number[][] {
  if (kind === 'scoredCorrection') {
    const best = extreme(rows, 3, Math.max);
    return rows.map((row) => new Array<number>(3).fill(Math.exp(row[3]! - best)));
  }
  if (kind === 'aberration') {
    // Relative to the surest patch, so that one of them is 1, however small or large the scales are.
    const surest = [3, 4, 5].map((column) => extreme(rows, column, Math.min));
    return rows.map((row) => surest.map((least, q) => Math.exp(2 * (least - row[3 + q]!))));
  }
  return rows.map(() => [1, 1, 1]);
}

function extreme(
  rows: readonly (readonly number[])[],
  column: number,
  of: typeof Math.min | typeof Math.max,
): number {
  return of(...rows.map((row) => row[column]!));
}

function normalised(weights: readonly (readonly number[])[]): number[][] {
  const totals = [0, 1, 2].map((q) => weights.reduce((sum, row) => sum + row[q]!, 0));
  return weights.map((row) => row.map((weight, q) => weight / totals[q]!));
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
