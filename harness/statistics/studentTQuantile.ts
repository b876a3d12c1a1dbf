import { incompleteBeta } from './incompleteBeta.ts';

/**
 * The value below which a variable of Student's t distribution lies with the given probability,
 * to ten digits.
 *
 * @param probability - In (0, 1).
 * @param degreesOfFreedom - At least 1; need not be whole.
 * @throws RangeError if an argument is outside the range given above.
 */
export function studentTQuantile(probability: number, degreesOfFreedom: number): number {
  if (!(probability > 0 && probability < 1)) {
    throw new RangeError(`probability must be in (0, 1). Received ${probability}`);
  }
  if (!(degreesOfFreedom >= 1)) {
    throw new RangeError(`degreesOfFreedom must be at least 1. Received ${degreesOfFreedom}`);
  }
  if (probability === 0.5) return 0;
  if (probability < 0.5) return -studentTQuantile(1 - probability, degreesOfFreedom);
  // Both tails together hold I_x(n / 2, 1 / 2) with x = n / (n + t^2), which rises with x.
  const wanted = 2 * (1 - probability);
  let low = 0;
  let high = 1;
  for (let round = 0; round < 200 && high - low > 1e-16 * high; round++) {
    const middle = (low + high) / 2;
    if (incompleteBeta(middle, degreesOfFreedom / 2, 0.5) < wanted) low = middle;
    else high = middle;
  }
  const x = (low + high) / 2;
  return Math.sqrt(degreesOfFreedom * ((1 - x) / x));
}
