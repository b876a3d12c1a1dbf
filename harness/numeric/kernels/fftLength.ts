/** Every FFT length is a multiple of this. */
const lengthStep = 16;

/** True for the lengths that can be transformed: multiples of 16 without a prime factor above 5. */
export function isFftLength(length: number): boolean {
  if (!Number.isInteger(length) || length < lengthStep || length % lengthStep !== 0) return false;
  let rest = length;
  for (const prime of [2, 3, 5]) while (rest % prime === 0) rest /= prime;
  return rest === 1;
}

/** The smallest length, at least `minimum`, that can be transformed. */
export function nextFftLength(minimum: number): number {
  let length = lengthStep * Math.max(1, Math.ceil(minimum / lengthStep));
  while (!isFftLength(length)) length += lengthStep;
  return length;
}
