import { ConfigError, type GreyPixels } from '../../harness/microscope/index.ts';
import { cropGreyImage, type GreyImage } from '../../harness/numeric/index.ts';

/** Binning before anything else: halves the noise and quarters the work. */
const binPx = 2;
/** Gaussian of standard deviation 1 bin: together with the binning a low-pass of about 2 px. */
const kernel = [0.054, 0.242, 0.408, 0.242, 0.054] as const;
/** What the kernel drops all round, bins. */
const rim = 2;
/** Contrast on the scale of this many bins hardly depends on focus and serves as the yardstick. */
const coarseBins = 16;

/** Two coarse bins each way: one alone has no contrast. */
export const smallestFramePx = binPx * (2 * coarseBins + 2 * rim);

/** @throws ConfigError if a frame is too small for {@link sharpnessScore}. */
export function checkSharpnessFrame(width: number, height: number): void {
  if (Math.min(width, height) >= smallestFramePx) return;
  throw new ConfigError(
    `a frame must be at least ${smallestFramePx} px wide and high to be scored. Received ${width} x ${height} px`,
  );
}

/**
 * How unsharp a frame is: minus the logarithm of its gradient energy after a low-pass of about
 * 2 px, relative to its coarse contrast. Lower is sharper; a difference of 0.01 is 1 % of energy.
 *
 * Without the low-pass a derivative measures noise; without the yardstick it measures the contrast
 * setting. Brightness, contrast and inversion of the grey scale do not change it.
 *
 * @param pixels - Shape `[height, width]`, at least {@link smallestFramePx} each way.
 * @returns +Infinity for a frame without any structure.
 * @throws ConfigError if the frame is smaller.
 * @see Rudnaya et al. 2010 (derivative metrics with one tuned scale do best on SEM series).
 */
export function sharpnessScore(pixels: GreyPixels): number {
  const [height = 0, width = 0] = pixels.shape;
  checkSharpnessFrame(width, height);
  const image = smoothed(binned(cropGreyImage(pixels), binPx));
  const coarse = variance(binned(image, coarseBins).data);
  const energy = gradientEnergy(image);
  return energy > 0 && coarse > 0 ? -Math.log(energy / coarse) : Number.POSITIVE_INFINITY;
}

/** Means over squares of `bin` pixels; what is left at the right and bottom is dropped. */
function binned({ width, height, data }: GreyImage, bin: number): GreyImage {
  const columns = Math.floor(width / bin);
  const rows = Math.floor(height / bin);
  const out = new Float32Array(columns * rows);
  const scale = 1 / (bin * bin);
  for (let y = 0; y < rows * bin; y++) {
    const to = Math.floor(y / bin) * columns;
    for (let x = 0, from = y * width; x < columns * bin; x++, from++) {
      out[to + Math.floor(x / bin)]! += data[from]! * scale;
    }
  }
  return { width: columns, height: rows, data: out };
}

/** Separable 5-tap Gaussian; the two outermost pixels all round are dropped. */
function smoothed({ width, height, data }: GreyImage): GreyImage {
  const innerWidth = width - 2 * rim;
  const innerHeight = height - 2 * rim;
  const [far, near, middle] = kernel;
  const rows = new Float32Array(innerWidth * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < innerWidth; x++) {
      const i = y * width + x;
      rows[y * innerWidth + x] =
        far * (data[i]! + data[i + 4]!) +
        near * (data[i + 1]! + data[i + 3]!) +
        middle * data[i + 2]!;
    }
  }
  const out = new Float32Array(innerWidth * innerHeight);
  for (let i = 0; i < out.length; i++) {
    out[i] =
      far * (rows[i]! + rows[i + 4 * innerWidth]!) +
      near * (rows[i + innerWidth]! + rows[i + 3 * innerWidth]!) +
      middle * rows[i + 2 * innerWidth]!;
  }
  return { width: innerWidth, height: innerHeight, data: out };
}

/** Mean square of the central differences in x and y. */
function gradientEnergy({ width, height, data }: GreyImage): number {
  let sum = 0;
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1, i = y * width + 1; x < width - 1; x++, i++) {
      const dx = data[i + 1]! - data[i - 1]!;
      const dy = data[i + width]! - data[i - width]!;
      sum += dx * dx + dy * dy;
    }
  }
  return sum / (4 * (width - 2) * (height - 2));
}

function variance(data: Float32Array): number {
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < data.length; i++) {
    sum += data[i]!;
    squares += data[i]! * data[i]!;
  }
  const mean = sum / data.length;
  return squares / data.length - mean * mean;
}
