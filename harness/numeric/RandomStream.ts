import { createHash } from 'node:crypto';
import {
  type xoroshiro128plus,
  xoroshiro128plusFromState,
} from 'pure-rand/generator/xoroshiro128plus';

/**
 * A stream of random numbers with a name. Two streams with different names, or from different
 * seeds, are independent; drawing from one never changes another.
 */
export class RandomStream {
  readonly #generator: ReturnType<typeof xoroshiro128plus>;
  #spareNormal: number | undefined;

  /**
   * @param seed - Root seed, a non-negative safe integer.
   * @param path - Name of the stream, then indices (`'noise', 3`). Hashed as JSON, so that no two
   *   different paths can collide by joining.
   */
  constructor(seed: number, ...path: readonly (string | number)[]) {
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new RangeError(`seed must be a non-negative whole number. Received ${seed}`);
    }
    const digest = createHash('sha256')
      .update(JSON.stringify([seed, ...path]))
      .digest();
    const state = [0, 4, 8, 12].map((offset) => digest.readInt32LE(offset));
    this.#generator = xoroshiro128plusFromState(state);
  }

  /** 32 random bits as a signed integer. One draw. */
  nextInt32(): number {
    return this.#generator.next();
  }

  /** Uniform in [0, 1) with 53 random bits. Two draws. */
  uniform(): number {
    const high = this.#generator.next() >>> 5;
    const low = this.#generator.next() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  /** Uniform in [low, high). Two draws. */
  uniformBetween(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  /** A whole number in [0, count). Two draws. */
  integerBelow(count: number): number {
    return Math.floor(this.uniform() * count);
  }

  /** Standard normal (Marsaglia's polar method). The number of draws varies. */
  normal(): number {
    if (this.#spareNormal !== undefined) {
      const spare = this.#spareNormal;
      this.#spareNormal = undefined;
      return spare;
    }
    for (;;) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const s = u * u + v * v;
      if (s > 0 && s < 1) {
        const scale = Math.sqrt((-2 * Math.log(s)) / s);
        this.#spareNormal = v * scale;
        return u * scale;
      }
    }
  }
}
