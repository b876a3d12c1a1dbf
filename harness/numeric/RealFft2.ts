import { ComplexFft } from './ComplexFft.ts';

/**
 * Half of the spectrum of a real image; the other half is its complex conjugate.
 *
 * `data` is interleaved (re, im), column by column: the value at (kx, ky) has its real part at
 * `2 * (kx * height + ky)`, for kx = 0 .. width/2 and ky = 0 .. height-1 (frequencies above
 * height/2 are the negative ones, as everywhere).
 */
export interface HalfSpectrum {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

// Rows are transposed in blocks of this many, so that writes fill whole cache lines.
const blockRows = 16;

/**
 * Two-dimensional FFT of real images of one size, forward and back.
 *
 * Two rows travel through one complex transform. Computed in doubles, stored in floats: the
 * round trip is good to about 1e-7 of the image's largest value.
 */
export class RealFft2 {
  readonly width: number;
  readonly height: number;
  readonly #rows: ComplexFft;
  readonly #columns: ComplexFft;
  readonly #rowIn: Float64Array;
  readonly #rowOut: Float64Array;
  readonly #columnIn: Float64Array;
  readonly #columnOut: Float64Array;
  readonly #block: Float64Array;
  #columnScratch: Float32Array | undefined;

  /**
   * @param width - px, 2^n or 3 * 2^n, at least 4.
   * @param height - likewise, and a multiple of 16.
   */
  constructor(width: number, height: number) {
    if (height % blockRows !== 0) {
      throw new RangeError(`height must be a multiple of ${blockRows} px. Received ${height}`);
    }
    this.width = width;
    this.height = height;
    this.#rows = new ComplexFft(width);
    this.#columns = new ComplexFft(height);
    this.#rowIn = new Float64Array(2 * width);
    this.#rowOut = new Float64Array(2 * width);
    this.#columnIn = new Float64Array(2 * height);
    this.#columnOut = new Float64Array(2 * height);
    this.#block = new Float64Array((width / 2 + 1) * 2 * blockRows);
  }

  /** An empty spectrum of this size. */
  createSpectrum(): HalfSpectrum {
    const { width, height } = this;
    return { width, height, data: new Float32Array(2 * (width / 2 + 1) * height) };
  }

  /**
   * Unnormalised forward transform, exp(-i k r).
   *
   * @param image - Row-major `[height, width]`.
   * @param columnCount - Only the columns kx < columnCount are transformed, for callers who need
   *   low horizontal frequencies alone; the others are left undefined. All by default.
   */
  forward(
    image: Float32Array,
    out: HalfSpectrum = this.createSpectrum(),
    columnCount = this.width / 2 + 1,
  ): HalfSpectrum {
    const { width, height } = this;
    this.#checkImage(image);
    const data = out.data;
    const block = this.#block;
    for (let top = 0; top < height; top += blockRows) {
      for (let pair = 0; pair < blockRows; pair += 2) {
        this.#forwardRowPair(image, (top + pair) * width, 2 * pair, columnCount);
      }
      for (let kx = 0; kx < columnCount; kx++) {
        const from = kx * 2 * blockRows;
        const to = 2 * (kx * height + top);
        for (let i = 0; i < 2 * blockRows; i++) data[to + i] = block[from + i]!;
      }
    }
    const column = this.#columnIn;
    const result = this.#columnOut;
    const columnLength = 2 * height;
    for (let kx = 0; kx < columnCount; kx++) {
      const offset = kx * columnLength;
      for (let i = 0; i < columnLength; i++) column[i] = data[offset + i]!;
      this.#columns.forward(result, column);
      for (let i = 0; i < columnLength; i++) data[offset + i] = result[i]!;
    }
    return out;
  }

  /**
   * Inverse of {@link forward}, normalised: `inverse(forward(image))` is the image.
   *
   * @param spectrum - Left as it is.
   * @param out - Row-major `[height, width]`.
   */
  inverse(
    spectrum: HalfSpectrum,
    out: Float32Array = new Float32Array(this.width * this.height),
  ): Float32Array {
    const { width, height } = this;
    this.#checkImage(out);
    const columnLength = 2 * height;
    const halfWidth = width / 2 + 1;
    this.#columnScratch ??= new Float32Array(columnLength * halfWidth);
    const data = this.#columnScratch;
    const source = spectrum.data;
    const column = this.#columnIn;
    const result = this.#columnOut;
    // The inverse is the conjugate of the forward transform of the conjugate.
    for (let kx = 0; kx < halfWidth; kx++) {
      const offset = kx * columnLength;
      for (let i = 0; i < columnLength; i += 2) {
        column[i] = source[offset + i]!;
        column[i + 1] = -source[offset + i + 1]!;
      }
      this.#columns.forward(result, column);
      for (let i = 0; i < columnLength; i++) data[offset + i] = result[i]!;
    }
    const block = this.#block;
    for (let top = 0; top < height; top += blockRows) {
      for (let kx = 0; kx < halfWidth; kx++) {
        const to = kx * 2 * blockRows;
        const from = 2 * (kx * height + top);
        for (let i = 0; i < 2 * blockRows; i++) block[to + i] = data[from + i]!;
      }
      for (let pair = 0; pair < blockRows; pair += 2) {
        this.#inverseRowPair(out, (top + pair) * width, 2 * pair);
      }
    }
    return out;
  }

  /** Rows y and y+1 as real and imaginary part of one transform, untangled into the block. */
  #forwardRowPair(image: Float32Array, from: number, at: number, columnCount: number): void {
    const { width } = this;
    const rowIn = this.#rowIn;
    const z = this.#rowOut;
    const block = this.#block;
    for (let x = 0; x < width; x++) {
      rowIn[2 * x] = image[from + x]!;
      rowIn[2 * x + 1] = image[from + width + x]!;
    }
    this.#rows.forward(z, rowIn);
    for (let kx = 0; kx < columnCount; kx++) {
      const p = 2 * kx;
      const q = kx === 0 ? 0 : 2 * (width - kx);
      const to = kx * 2 * blockRows + at;
      block[to] = (z[p]! + z[q]!) / 2;
      block[to + 1] = (z[p + 1]! - z[q + 1]!) / 2;
      block[to + 2] = (z[p + 1]! + z[q + 1]!) / 2;
      block[to + 3] = (z[q]! - z[p]!) / 2;
    }
  }

  /** The block holds conjugated rows; see {@link inverse}. */
  #inverseRowPair(out: Float32Array, to: number, at: number): void {
    const { width, height } = this;
    const z = this.#rowIn;
    const row = this.#rowOut;
    const block = this.#block;
    const half = width / 2;
    for (let kx = 0; kx <= half; kx++) {
      const from = kx * 2 * blockRows + at;
      const ar = block[from]!;
      const ai = block[from + 1]!;
      const br = block[from + 2]!;
      const bi = block[from + 3]!;
      z[2 * kx] = ar - bi;
      z[2 * kx + 1] = ai + br;
      if (kx > 0 && kx < half) {
        z[2 * (width - kx)] = ar + bi;
        z[2 * (width - kx) + 1] = br - ai;
      }
    }
    this.#rows.forward(row, z);
    const scale = 1 / (width * height);
    for (let x = 0; x < width; x++) {
      out[to + x] = row[2 * x]! * scale;
      out[to + width + x] = row[2 * x + 1]! * scale;
    }
  }

  #checkImage(image: Float32Array): void {
    if (image.length !== this.width * this.height) {
      throw new RangeError(
        `image must hold ${this.width} x ${this.height} values. Received ${image.length}`,
      );
    }
  }
}
