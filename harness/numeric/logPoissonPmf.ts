/**
 * Natural logarithm of the Poisson probability of `count` events at the given mean.
 *
 * From 16 events on, ln k! is Stirling's series to k^-5 (left out: at most 1 / (1680 k^7), 3e-12)
 * and the large terms are joined as `k log1p((mean - k) / k)`, which keeps the error near
 * 1e-16 sqrt(mean) where `k ln(mean) - ln k!` loses all its digits.
 *
 * @param count - Whole number >= 0.
 * @param mean - Expected number of events, > 0.
 */
export function logPoissonPmf(count: number, mean: number): number {
  if (count < 16) {
    let factorial = 1;
    for (let factor = 2; factor <= count; factor++) factorial *= factor;
    return count * Math.log(mean) - mean - Math.log(factorial);
  }
  const inverse = 1 / count;
  const square = inverse * inverse;
  const series = inverse * (1 / 12 - square * (1 / 360 - square / 1260));
  const difference = mean - count;
  return (
    count * Math.log1p(difference * inverse) -
    difference -
    0.5 * Math.log(2 * Math.PI * count) -
    series
  );
}
