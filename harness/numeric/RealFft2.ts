import { fftPlan } from './kernels/fftPlan.ts';
import { kernels } from './kernels/kernels.ts';

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

/** A response in the frequency domain, which holds nothing from column `columnCount` on. */
export interface SpectrumFilter {
  readonly response: HalfSpectrum;
  readonly columnCount: number;
}

/** What the kernels take at once. */
const rowsAtOnce = 8;
const columnsAtOnce = 4;
// Bytes of the kernels' own formats: a number of four lanes, a column's share of eight rows.
const numberBytes = 32;
const cellBytes = 64;

/**
 * Two-dimensional FFT of real images of one size, forward and back.
 *
 * Computed in single precision by SIMD kernels (assembly/realFft2.ts), rounding included the same on
 * every machine: the round trip is good to about 5e-7 of the image's largest value.
 */
export class RealFft2 {
  readonly width: number;
  readonly height: number;
  readonly #rowPlan: number;
  readonly #columnPlan: number;

  /**
   * @param width - px, one of `isFftLength`: a multiple of 16 without a prime factor above 5.
   * @param height - likewise.
   */
  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.#rowPlan = fftPlan(width);
    this.#columnPlan = fftPlan(height);
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
   *   low horizontal frequencies alone; the others are left as they were. All by default.
   */
  forward(
    image: Float32Array,
    out: HalfSpectrum = this.createSpectrum(),
    columnCount = this.width / 2 + 1,
  ): HalfSpectrum {
    this.#checkImage(image);
    this.#checkSpectrum(out);
    const { width, height } = this;
    const { run } = kernels();
    const { floats, strip, blocks, blockBytes, work } = this.#scratch(columnCount);
    for (let y = 0, block = blocks; y < height; y += rowsAtOnce, block += blockBytes) {
      floats.set(image.subarray(y * width, (y + rowsAtOnce) * width), strip / 4);
      run.forwardRows(this.#rowPlan, strip, block, width, blockBytes / cellBytes, work);
    }
    for (let kx = 0; kx < columnCount; kx += columnsAtOnce) {
      const cells = blocks + kx * cellBytes;
      run.forwardColumns(this.#columnPlan, cells, blockBytes, strip, height, work);
      const count = Math.min(columnsAtOnce, columnCount - kx);
      out.data.set(floats.subarray(strip / 4, strip / 4 + count * 2 * height), kx * 2 * height);
    }
    return out;
  }

  /**
   * Inverse of {@link forward}, normalised: `inverse(forward(image))` is the image.
   *
   * @param spectrum - Left as it is.
   * @param out - Row-major `[height, width]`.
   * @param filter - What the spectrum is multiplied by first, in double precision.
   */
  inverse(
    spectrum: HalfSpectrum,
    out: Float32Array = new Float32Array(this.width * this.height),
    filter?: SpectrumFilter,
  ): Float32Array {
    this.#checkImage(out);
    this.#checkSpectrum(spectrum);
    if (filter !== undefined) this.#checkSpectrum(filter.response);
    const { width, height } = this;
    const columnCount = width / 2 + 1;
    const filled = Math.min(filter?.columnCount ?? columnCount, columnCount);
    const { run } = kernels();
    const { floats, strip, factors, blocks, blockBytes, work } = this.#scratch(columnCount);
    for (let kx = 0; kx < columnCount; kx += columnsAtOnce) {
      const cells = blocks + kx * cellBytes;
      if (kx >= filled) {
        run.clearColumns(cells, blockBytes, height);
        continue;
      }
      const start = kx * 2 * height;
      const end = Math.min(kx + columnsAtOnce, filled) * 2 * height;
      floats.set(spectrum.data.subarray(start, end), strip / 4);
      if (filter !== undefined) {
        floats.fill(0, strip / 4 + end - start, strip / 4 + columnsAtOnce * 2 * height);
        floats.set(filter.response.data.subarray(start, end), factors / 4);
        run.multiplyPairs(strip, factors, (end - start) / 2);
      }
      run.inverseColumns(this.#columnPlan, strip, cells, blockBytes, height, work);
    }
    const scale = 1 / (width * height);
    for (let y = 0, block = blocks; y < height; y += rowsAtOnce, block += blockBytes) {
      run.inverseRows(this.#rowPlan, block, strip, width, scale, work);
      out.set(floats.subarray(strip / 4, strip / 4 + rowsAtOnce * width), y * width);
    }
    return out;
  }

  /** Room for a strip of rows or columns, one of the columns of a filter, all blocks of eight rows, and one transform. */
  #scratch(columnCount: number) {
    const { width, height } = this;
    const stripBytes = Math.max(rowsAtOnce * 4 * width, columnsAtOnce * 8 * height);
    const blockBytes = Math.ceil(columnCount / columnsAtOnce) * columnsAtOnce * cellBytes;
    const workBytes = 2 * numberBytes * Math.max(width, height);
    const [strip, factors, work, blocks] = kernels().scratch(
      stripBytes,
      columnsAtOnce * 8 * height,
      workBytes,
      (height / rowsAtOnce) * blockBytes,
    );
    return { floats: kernels().floats, strip, factors, work, blocks, blockBytes };
  }

  #checkImage(image: Float32Array): void {
    if (image.length !== this.width * this.height) {
      throw new RangeError(
        `image must hold ${this.width} x ${this.height} values. Received ${image.length}`,
      );
    }
  }

  #checkSpectrum({ width, height }: HalfSpectrum): void {
    if (width !== this.width || height !== this.height) {
      throw new RangeError(
        `the spectrum must be of ${this.width} x ${this.height} px. Received ${width} x ${height}`,
      );
    }
  }
}
