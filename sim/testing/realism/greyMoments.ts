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
  let mean = 0;
  for (let i = 0; i < count; i++) mean += values[i]! / count;
  let [second, third, fourth] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    const deviation = values[i]! - mean;
    const square = deviation * deviation;
    second += square / count;
    third += (square * deviation) / count;
    fourth += (square * square) / count;
  }
  if (!(second > 0)) throw new RangeError(`the values must vary. Received ${count} x ${mean}`);
  return {
    mean,
    sd: Math.sqrt(second),
    skewness: third / second ** 1.5,
    excessKurtosis: fourth / second ** 2 - 3,
  };
}
