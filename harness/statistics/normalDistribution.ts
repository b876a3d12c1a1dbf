/** 97.5 % point of the standard normal distribution, for two-sided intervals of 95 %. */
export const normal975 = 1.959963984540054;
/** 80 % point, for a power of 80 %. */
export const normal80 = 0.8416212335729143;

/** 1 / sqrt(2 pi). */
const density0 = 0.3989422804014327;

/**
 * Probability that a standard normal variable is at most `x`; relative error below 1e-13 for
 * x > -37, 0 below.
 *
 * The Taylor series about 0 in the middle, Laplace's continued fraction in the tails, where the
 * series would cancel.
 *
 * @param x - Any number, also infinite.
 * @see Abramowitz and Stegun 1964, 26.2.11 and 26.2.14
 */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) throw new RangeError('x must be a number. Received NaN');
  if (x > 3) return 1 - upperTail(x);
  if (x < -3) return upperTail(-x);
  let term = x;
  let sum = x;
  for (let k = 3; Math.abs(term) > 1e-17 * Math.abs(sum); k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return 0.5 + density0 * Math.exp(-0.5 * x * x) * sum;
}

/** Probability above `x`, for x > 3: there 60 terms are enough for 1e-15. */
function upperTail(x: number): number {
  if (x > 40) return 0;
  let fraction = x;
  for (let k = 60; k >= 1; k--) fraction = x + k / fraction;
  return (density0 * Math.exp(-0.5 * x * x)) / fraction;
}

/**
 * The value below which a standard normal variable lies with the given probability.
 *
 * Newton's method on the logarithm of the lower tail, which is concave: from a start below the
 * answer it rises to it without overshooting.
 *
 * @param probability - In [0, 1]; the ends give -Infinity and Infinity.
 * @throws RangeError if out of range.
 */
export function normalQuantile(probability: number): number {
  if (!(probability >= 0 && probability <= 1)) {
    throw new RangeError(`probability must be in [0, 1]. Received ${probability}`);
  }
  if (probability === 0) return Number.NEGATIVE_INFINITY;
  if (probability === 1) return Number.POSITIVE_INFINITY;
  if (probability > 0.5) return -normalQuantile(1 - probability);
  const wanted = Math.log(probability);
  // The tail below x is at most exp(-x^2 / 2): this start lies below the answer.
  let x = -Math.sqrt(-2 * wanted);
  for (let round = 0; round < 100; round++) {
    const below = normalCdf(x);
    const slope = (density0 * Math.exp(-0.5 * x * x)) / below;
    const step = (Math.log(below) - wanted) / slope;
    x -= step;
    if (Math.abs(step) <= 1e-15 * Math.abs(x)) break;
  }
  return x;
}
