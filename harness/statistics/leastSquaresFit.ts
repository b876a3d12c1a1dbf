import type { Interval } from './Interval.ts';
import { type Line, leastSquaresLine } from './leastSquaresLine.ts';
import { studentTQuantile } from './studentTQuantile.ts';

/** A straight line with what its points say about how well it is known. */
export interface LineFit extends Line {
  readonly slopeInterval: Interval;
  readonly offsetInterval: Interval;
  readonly slopeStandardError: number;
  readonly offsetStandardError: number;
  /** Standard deviation of the points about the line, with n - 2 in the denominator. */
  readonly residualSd: number;
}

/**
 * The line of least squares with 95 % intervals of Student's t distribution, which hold where the
 * distances from it are independent, normal and of one spread. Where they are not (estimates that
 * scatter more far from focus), a bootstrap over the points says more.
 *
 * @param x - At least three values, not all the same.
 * @throws RangeError for fewer points, lists of different lengths, or a single x.
 * @see Draper and Smith 1998, Applied regression analysis, sections 1.4 and 1.5
 */
export function leastSquaresFit(x: ArrayLike<number>, y: ArrayLike<number>): LineFit {
  const line = leastSquaresLine(x, y);
  const count = x.length;
  if (count < 3) throw new RangeError(`a line with intervals needs 3 points. Received ${count}`);
  let meanX = 0;
  for (let i = 0; i < count; i++) meanX += x[i]! / count;
  // From the mean of x, where slope and height are uncorrelated and a large offset costs no digits.
  let height = 0;
  for (let i = 0; i < count; i++) height += (y[i]! - line.slope * (x[i]! - meanX)) / count;
  let square = 0;
  let squaredResiduals = 0;
  for (let i = 0; i < count; i++) {
    square += (x[i]! - meanX) ** 2;
    squaredResiduals += (y[i]! - height - line.slope * (x[i]! - meanX)) ** 2;
  }
  const residualSd = Math.sqrt(squaredResiduals / (count - 2));
  const slopeStandardError = residualSd / Math.sqrt(square);
  const offsetStandardError = residualSd * Math.sqrt(1 / count + (meanX * meanX) / square);
  const t = studentTQuantile(0.975, count - 2);
  const around = (value: number, error: number): Interval => ({
    low: value - t * error,
    high: value + t * error,
  });
  return {
    ...line,
    slopeInterval: around(line.slope, slopeStandardError),
    offsetInterval: around(line.offset, offsetStandardError),
    slopeStandardError,
    offsetStandardError,
    residualSd,
  };
}
