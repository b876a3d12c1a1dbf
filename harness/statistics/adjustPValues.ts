/**
 * p values of a family of tests, adjusted after Holm: reading those below alpha as findings errs in
 * one or more of them with probability alpha at most, whatever the tests have in common. For
 * decisions.
 *
 * @param pValues - In [0, 1], any order.
 * @returns In the same order, each at least as large as before, at most 1.
 * @throws RangeError for a value outside [0, 1].
 * @see Holm 1979, Scand. J. Stat. 6:65
 */
export function holmAdjust(pValues: readonly number[]): number[] {
  const order = ascendingOrder(pValues);
  const adjusted = new Array<number>(pValues.length).fill(1);
  let largest = 0;
  for (const [rank, index] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (order.length - rank) * pValues[index]!));
    adjusted[index] = largest;
  }
  return adjusted;
}

/**
 * p values adjusted after Benjamini and Hochberg: of those read as findings below alpha, a share of
 * alpha at most is expected to be wrong. For tables that are looked through, not for decisions.
 *
 * @param pValues - In [0, 1], any order; independent or positively dependent.
 * @returns In the same order, each at least as large as before, at most 1.
 * @throws RangeError for a value outside [0, 1].
 * @see Benjamini and Hochberg 1995, J. R. Stat. Soc. B 57:289
 */
export function benjaminiHochbergAdjust(pValues: readonly number[]): number[] {
  const order = ascendingOrder(pValues);
  const adjusted = new Array<number>(pValues.length).fill(1);
  let least = 1;
  for (let rank = order.length - 1; rank >= 0; rank--) {
    const index = order[rank]!;
    least = Math.min(least, (order.length / (rank + 1)) * pValues[index]!);
    adjusted[index] = least;
  }
  return adjusted;
}

function ascendingOrder(pValues: readonly number[]): number[] {
  for (const [i, value] of pValues.entries()) {
    if (!(value >= 0 && value <= 1)) {
      throw new RangeError(`p value ${i} must be in [0, 1]. Received ${value}`);
    }
  }
  return [...pValues.keys()].sort((i, j) => pValues[i]! - pValues[j]!);
}
