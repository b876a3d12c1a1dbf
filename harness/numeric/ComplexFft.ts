import FFT from 'fft.js';

/**
 * One-dimensional complex FFT of length 2^n or 3 * 2^n, on interleaved (re, im) doubles.
 *
 * fft.js does the powers of two; a length 3m is split once into three of them. The factor three
 * matters here: SEM frames are 768 and 1536 rows high and patches 384 and 768 px wide.
 */
export class ComplexFft {
  readonly length: number;
  readonly #core: FFT;
  readonly #thirds: readonly [Float64Array, Float64Array, Float64Array] | undefined;
  readonly #part: Float64Array;
  readonly #twiddles: Float64Array;

  /** @throws RangeError if the length is not one of {@link isFftLength}. */
  constructor(length: number) {
    if (!isFftLength(length)) {
      throw new RangeError(`FFT length must be 2^n or 3 * 2^n, 4 or more. Received ${length}`);
    }
    this.length = length;
    const isTripled = length % 3 === 0;
    const coreLength = isTripled ? length / 3 : length;
    this.#core = new FFT(coreLength);
    this.#part = new Float64Array(isTripled ? 2 * coreLength : 0);
    this.#twiddles = new Float64Array(isTripled ? 4 * coreLength : 0);
    this.#thirds = isTripled
      ? [
          new Float64Array(2 * coreLength),
          new Float64Array(2 * coreLength),
          new Float64Array(2 * coreLength),
        ]
      : undefined;
    for (let k = 0; k < this.#twiddles.length / 4; k++) {
      const angle = (-2 * Math.PI * k) / length;
      this.#twiddles.set(
        [Math.cos(angle), Math.sin(angle), Math.cos(2 * angle), Math.sin(2 * angle)],
        4 * k,
      );
    }
  }

  /**
   * Unnormalised forward transform: `out[k] = sum of data[n] exp(-i 2 pi k n / length)`.
   *
   * @param out - `2 * length` doubles; must not be `data`.
   * @param data - `2 * length` doubles; left as it is.
   */
  forward(out: Float64Array, data: Float64Array): void {
    if (this.#thirds === undefined) {
      this.#core.transform(out, data);
      return;
    }
    const m = this.length / 3;
    const part = this.#part;
    const [first, second, third] = this.#thirds;
    for (const [offset, spectrum] of [first, second, third].entries()) {
      for (let n = 0, from = 2 * offset; n < 2 * m; n += 2, from += 6) {
        part[n] = data[from]!;
        part[n + 1] = data[from + 1]!;
      }
      this.#core.transform(spectrum, part);
    }
    // Radix-3 butterfly: the cube roots of one are -1/2 -+ i sqrt(3)/2.
    const sin60 = Math.sqrt(3) / 2;
    const twiddles = this.#twiddles;
    for (let k = 0; k < 2 * m; k += 2) {
      const c1 = twiddles[2 * k]!;
      const s1 = twiddles[2 * k + 1]!;
      const c2 = twiddles[2 * k + 2]!;
      const s2 = twiddles[2 * k + 3]!;
      const br = second[k]! * c1 - second[k + 1]! * s1;
      const bi = second[k]! * s1 + second[k + 1]! * c1;
      const cr = third[k]! * c2 - third[k + 1]! * s2;
      const ci = third[k]! * s2 + third[k + 1]! * c2;
      const sumR = br + cr;
      const sumI = bi + ci;
      const differenceR = (br - cr) * sin60;
      const differenceI = (bi - ci) * sin60;
      const midR = first[k]! - sumR / 2;
      const midI = first[k + 1]! - sumI / 2;
      out[k] = first[k]! + sumR;
      out[k + 1] = first[k + 1]! + sumI;
      out[k + 2 * m] = midR + differenceI;
      out[k + 2 * m + 1] = midI - differenceR;
      out[k + 4 * m] = midR - differenceI;
      out[k + 4 * m + 1] = midI + differenceR;
    }
  }
}

/** True for the lengths that {@link ComplexFft} can transform: 2^n and 3 * 2^n, at least 4. */
export function isFftLength(length: number): boolean {
  if (!Number.isInteger(length) || length < 4) return false;
  const odd = length % 3 === 0 ? length / 3 : length;
  return odd >= 2 && 2 ** Math.round(Math.log2(odd)) === odd;
}

/** The smallest length, at least `minimum`, that {@link ComplexFft} can transform. */
export function nextFftLength(minimum: number): number {
  const power = 2 ** Math.max(2, Math.ceil(Math.log2(minimum)));
  const tripled = (power / 4) * 3;
  return tripled >= minimum && isFftLength(tripled) ? tripled : power;
}
