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
 * @param rows - At least one.
 */
export function weighRows(
  rows: readonly (readonly number[])[],
  kind: OutputKind,
  weighting: 'model' | 'mean',
): WeighedRows {
  const weights = normalised(weighting === 'mean' ? rows.map(() => [1, 1, 1]) : own(rows, kind));
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
        ? dot(
            share.map((w) => w * w),
            rows.map((row) => 2 * Math.exp(2 * row[3 + quantity]!)),
          )
        : 0;
    return {
      mean,
      sdOfPatches: Math.sqrt(unbiased),
      sdOfMean: Math.sqrt(Math.max(unbiased * concentration, claimed)),
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
    const top = Math.max(...rows.map((row) => row[3]!));
    return rows.map((row) => new Array<number>(3).fill(Math.exp(row[3]! - top)));
  }
  if (kind === 'aberration') {
    return rows.map((row) => [3, 4, 5].map((column) => Math.exp(-2 * row[column]!)));
  }
  return rows.map(() => [1, 1, 1]);
}

function normalised(weights: readonly (readonly number[])[]): number[][] {
  const totals = [0, 1, 2].map((q) => weights.reduce((sum, row) => sum + row[q]!, 0));
  return weights.map((row) => row.map((weight, q) => weight / totals[q]!));
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
