/** The first four moments of a set of values. */
export interface GreyMoments {
  readonly mean: number;
  readonly sd: number;
  readonly skewness: number;
  /** 0 for a normal distribution. */
  readonly excessKurtosis: number;
}

/** @throws RangeError if the values do not vary: skewness and kurtosis mean nothing then. */
export function greyMoments(values: Float32Array): GreyMoments {
  const count = values.length;
  let sum = 0;
  for (let i = 0; i < count; i++) sum += values[i]!;
  const mean = sum / count;
  let [squares, cubes, fourths] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    const deviation = values[i]! - mean;
    const square = deviation * deviation;
    squares += square;
    cubes += square * deviation;
    fourths += square * square;
  }
  const second = squares / count;
  if (!(second > 0)) throw new RangeError(`the values must vary. Received ${count} x ${mean}`);
  return {
    mean,
    sd: Math.sqrt(second),
    skewness: cubes / count / second ** 1.5,
    excessKurtosis: fourths / count / second ** 2 - 3,
  };
}
