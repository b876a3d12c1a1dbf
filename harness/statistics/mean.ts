/**
 * Arithmetic mean.
 *
 * @param values - At least one number, any unit.
 * @returns The mean, in the unit of `values`.
 * @throws RangeError if `values` is empty.
 */
export function mean(values: ArrayLike<number>): number {
  if (values.length === 0) throw new RangeError('mean needs at least 1 value. Received 0');
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}
