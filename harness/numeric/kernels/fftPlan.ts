import { isFftLength } from './fftLength.ts';
import { kernels } from './kernels.ts';

// The layout that assembly/fourLaneFft.ts reads.
const radicesAt = 2;
const factorsAt = 16;

const addresses = new Map<number, number>();

/**
 * Where the plan of an FFT of this length stands in the memory of the kernels: the radices of its
 * passes and the factors between them. Made at the first call, kept for good (8 bytes per element).
 *
 * @throws RangeError if the length is not one of {@link isFftLength}.
 */
export function fftPlan(length: number): number {
  const known = addresses.get(length);
  if (known !== undefined) return known;
  if (!isFftLength(length)) {
    throw new RangeError(
      `FFT length must be a multiple of 16 without a prime factor above 5. Received ${length}`,
    );
  }
  const radices = radicesOf(length);
  const factors = factorsOf(radices, length);
  const plan = new ArrayBuffer(4 * (factorsAt + factors.length));
  new Uint32Array(plan).set([length, radices.length]);
  new Uint32Array(plan).set(radices, radicesAt);
  new Float32Array(plan).set(factors, factorsAt);
  const address = kernels().addTable(new Uint8Array(plan));
  addresses.set(length, address);
  return address;
}

/** As many fours as there are, they are the cheapest per factor of two. */
function radicesOf(length: number): number[] {
  const radices: number[] = [];
  let rest = length;
  for (const radix of [4, 2, 3, 5]) {
    for (; rest % radix === 0; rest /= radix) radices.push(radix);
  }
  return radices;
}

/** exp(-2 pi i p k / part) for every pass, p and k >= 1, as (re, im). */
function factorsOf(radices: readonly number[], length: number): number[] {
  const factors: number[] = [];
  let part = length;
  for (const radix of radices) {
    for (let p = 0; p < part / radix; p++) {
      for (let k = 1; k < radix; k++) {
        const angle = (-2 * Math.PI * p * k) / part;
        factors.push(Math.cos(angle), Math.sin(angle));
      }
    }
    part /= radix;
  }
  return factors;
}
