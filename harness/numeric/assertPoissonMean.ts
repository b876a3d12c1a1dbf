/** @throws RangeError if the mean of a Poisson distribution is negative or not finite. */
export function assertPoissonMean(mean: number): void {
  if (!(mean >= 0 && mean < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`mean must be a finite count >= 0. Received ${mean}`);
  }
}
