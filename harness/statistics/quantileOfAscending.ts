/**
 * Quantile of values that are already in ascending order, linearly interpolated between the two
 * nearest order statistics (definition 7 of Hyndman and Fan 1996, the default of NumPy and R).
 *
 * `Infinity` is allowed and stands for a value known only to be larger than all others (right
 * censoring): the quantile is then infinite as soon as it needs such a value.
 *
 * @param ascending - At least one number, in ascending order; not checked.
 * @param probability - In [0, 1].
 * @throws RangeError if `ascending` is empty or `probability` out of range.
 */
export function quantileOfAscending(ascending: ArrayLike<number>, probability: number): number {
  if (ascending.length === 0) throw new RangeError('quantile needs at least 1 value. Received 0');
  if (!(probability >= 0 && probability <= 1)) {
    throw new RangeError(`probability must be in [0, 1]. Received ${probability}`);
  }
  const rank = (ascending.length - 1) * probability;
  const below = Math.floor(rank);
  const lower = ascending[below]!;
  const fraction = rank - below;
  // Without this, a finite value beside an infinite one would give 0 * Infinity = NaN.
  if (fraction === 0) return lower;
  const upper = ascending[below + 1]!;
  return lower === upper ? lower : lower + fraction * (upper - lower);
}
