import { mean } from './mean.ts';

/**
 * Standard deviation of a sample, with n - 1 in the denominator; summed around the mean (two
 * passes), so that a large common offset costs no digits.
 *
 * @param values - At least two numbers, any unit.
 * @returns The standard deviation, >= 0, in the unit of `values`.
 * @throws RangeError for fewer than two values: one value has no spread to estimate.
 */
export function sampleSd(values: ArrayLike<number>): number {
  if (values.length < 2) {
    throw new RangeError(`sampleSd needs at least 2 values. Received ${values.length}`);
  }
  const centre = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i]! - centre) ** 2;
  return Math.sqrt(sum / (values.length - 1));
}
