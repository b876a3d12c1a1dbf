import { kernels } from './kernels/kernels.ts';
import type { RandomStream } from './RandomStream.ts';

/** Values that go through the kernel at once: they stay in the first cache. */
const portion = 4096;
/** The kernel's four generators xoshiro128++ have four words each. */
const stateWords = 16;
export const stateBytes = 4 * stateWords;

/**
 * Poisson counts for many means, by inversion of the cumulative distribution in a SIMD kernel.
 *
 * A count is the Poisson quantile of a uniform number of 32 bits, rounded to a float. The error is
 * that of single precision and of a series. It is too small for a chi-squared test of less than about
 * 10^10 samples at any mean up to 1e5 (fixtures/poisson/fit_quantile.py; `npm run bench counts` draws
 * 10^8):
 * - below a mean of 16, cumulative probabilities are off by less than 1e-6;
 * - from 16 on, probabilities above 1e-6 are off by less than 0.07 % of themselves, worst near 16;
 * - the 0.2 % of the samples at either end are drawn in double precision.
 *
 * @param means - Expected counts, >= 0; exactly 0 gives 0.
 * @param random - Gives sixteen draws of 32 bits, whatever the number of means: the state of the
 *   kernel's generator. Equal means and streams give equal counts, and a longer array begins with
 *   the counts of a shorter one.
 * @param out - Receives the counts, same length; may be `means` itself. Counts above 2^24 are
 *   rounded to the nearest float.
 * @returns `out`.
 * @throws RangeError if a mean is negative or not finite, before anything is drawn or written.
 * @see kernels/assembly/poisson.ts for the formulas and their sources.
 */
export function samplePoisson(
  means: Float32Array,
  random: RandomStream,
  out: Float32Array = new Float32Array(means.length),
): Float32Array {
  const count = means.length;
  if (out.length !== count) {
    throw new RangeError(`out must hold ${count} values. Received ${out.length}`);
  }
  const { run } = kernels();
  const [state, values] = kernels().scratch(stateBytes, 4 * portion);
  const { floats } = kernels();
  const at = values / 4;
  /** Copies a portion to the kernel; @returns its length, filled up with zeros to a multiple of 4. */
  const load = (from: number): number => {
    const part = means.subarray(from, from + portion);
    const padded = Math.ceil(part.length / 4) * 4;
    floats.set(part, at);
    floats.fill(0, at + part.length, at + padded);
    return padded;
  };
  for (let from = 0; from < count; from += portion) assertMeans(values, load(from));
  startGenerators(state, random);
  for (let from = 0; from < count; from += portion) {
    run.replaceByCounts(values, load(from), state);
    out.set(floats.subarray(at, at + Math.min(portion, count - from)), from);
  }
  return out;
}

/** @throws RangeError if any of `count` floats of the kernels' memory, a multiple of four, is negative or not finite. */
export function assertMeans(address: number, count: number): void {
  if (kernels().run.areMeans(address, count) === 1) return;
  const mean = kernels()
    .floats.subarray(address / 4, address / 4 + count)
    .find((one) => !(one >= 0 && one < Number.POSITIVE_INFINITY));
  throw new RangeError(`mean must be a finite count >= 0. Received ${mean}`);
}

/** Sets the kernel's generators, whose state is at an address, by sixteen draws. */
export function startGenerators(state: number, random: RandomStream): void {
  const words = new Int32Array(kernels().run.memory.buffer, state, stateWords);
  for (let i = 0; i < stateWords; i++) words[i] = random.nextInt32();
}
