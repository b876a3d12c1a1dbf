/** A straight line, `slope * x + offset`. */
export interface Line {
  readonly slope: number;
  readonly offset: number;
}

/**
 * The line through points with the least sum of squared distances along y.
 *
 * @throws RangeError if the lists differ in length, or x does not take two different values.
 * @see Draper and Smith 1998, Applied regression analysis, section 1.2
 */
export function leastSquaresLine(x: ArrayLike<number>, y: ArrayLike<number>): Line {
  const count = x.length;
  if (y.length !== count) {
    throw new RangeError(`x and y must be of one length. Received ${count} and ${y.length}`);
  }
  let meanX = 0;
  let meanY = 0;
  for (let i = 0; i < count; i++) {
    meanX += x[i]! / count;
    meanY += y[i]! / count;
  }
  let square = 0;
  let product = 0;
  for (let i = 0; i < count; i++) {
    square += (x[i]! - meanX) ** 2;
    product += (x[i]! - meanX) * (y[i]! - meanY);
  }
  if (!(square > 0)) throw new RangeError('x must take at least two different values');
  const slope = product / square;
  return { slope, offset: meanY - slope * meanX };
}
