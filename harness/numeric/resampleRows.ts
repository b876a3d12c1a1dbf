import { kernels } from './kernels/kernels.ts';

/** Weights per phase, and phases per pixel, of the kernel's table. */
const taps = 8;
const phases = 256;

export interface ResampleOptions {
  /** Row-major, with `padPx` pixels more on every side than the result. */
  readonly image: Float32Array;
  readonly width: number;
  readonly height: number;
  readonly padPx: number;
  /** Pixels beside the result that are drawn on: at least the largest displacement and four; at most `padPx`. */
  readonly marginPx: number;
  /** Eight weights for each 1/256 px: those of three pixels before, the pixel itself and four after it. */
  readonly weights: Float64Array;
  /** Writes how far the pixels of row `y` lie beside their places, px; uses no kernels itself. */
  readonly displacement: (y: number, dx: Float32Array, dy: Float32Array) => void;
}

/**
 * The values of an image at (x + dx, y + dy), cut off at 0: row by row, first down the columns, then along the row,
 * displacements rounded to 1/256 px. The first pass takes dy of the pixel that will come to lie in the column. Sums are
 * in double precision, and the same bits on every machine.
 *
 * @returns row-major `[height, width]`.
 * @throws RangeError if the image, the margin or the weights are not as stated.
 */
export function resampleRows(options: ResampleOptions): Float32Array {
  const { image, width, height, padPx, marginPx, weights, displacement } = options;
  const paddedWidth = width + 2 * padPx;
  if (image.length !== paddedWidth * (height + 2 * padPx)) {
    throw new RangeError(
      `image must be ${width} x ${height} px and ${padPx} px more on every side. ` +
        `Received ${image.length} px`,
    );
  }
  if (!(marginPx >= taps / 2 && marginPx <= padPx)) {
    throw new RangeError(`marginPx must be from ${taps / 2} to ${padPx} px. Received ${marginPx}`);
  }
  if (weights.length !== taps * phases) {
    throw new RangeError(`weights must be ${taps * phases}. Received ${weights.length}`);
  }
  const { run } = kernels();
  // One more of everything: the kernel takes pixels two by two, and looks one beyond the image for that.
  const wide = width + 2 * marginPx + 1;
  const [imageAt, table, line, phasesAt, dxAt, dyAt, outAt] = kernels().scratch(
    4 * image.length,
    8 * weights.length,
    8 * wide,
    4 * wide,
    4 * width,
    4 * width,
    4 * (width + 1),
  );
  const { buffer } = run.memory;
  new Float64Array(buffer, table, weights.length).set(weights);
  new Float32Array(buffer, imageAt, image.length).set(image);
  const dx = new Float32Array(buffer, dxAt, width);
  const dy = new Float32Array(buffer, dyAt, width);
  const row = new Float32Array(buffer, outAt, width);
  const out = new Float32Array(width * height);
  const rowBytes = 4 * paddedWidth;
  for (let y = 0; y < height; y++) {
    displacement(y, dx, dy);
    const from = imageAt + (y + padPx) * rowBytes + 4 * padPx;
    run.resampleRow(table, from, rowBytes, dxAt, dyAt, width, marginPx, phasesAt, line, outAt);
    out.set(row, y * width);
  }
  return out;
}
