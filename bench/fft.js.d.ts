declare module 'fft.js' {
  /** Complex FFT of a power-of-two length on interleaved (re, im) arrays. */
  class FFT {
    constructor(size: number);
    /** Unnormalised forward transform, exp(-i 2 pi k n / size); `out` and `data` must differ. */
    transform(out: Float64Array, data: Float64Array): void;
  }
  export = FFT;
}
