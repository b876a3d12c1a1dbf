import type { GreyPixels } from '../../harness/microscope/index.ts';
import { lowPass } from './lowPass.ts';

/**
 * Two images of one scene from one frame, whose noise is independent: the even and the odd rows.
 * Row-major `[height, width]`, low-pass filtered and binned.
 */
export interface HalfImages {
  readonly width: number;
  readonly height: number;
  readonly even: Float32Array;
  readonly odd: Float32Array;
  /** Side of a bin, px of the frame. */
  readonly binPx: number;
  /** Standard deviation of the low-pass, bins; at least about 1. */
  readonly scaleBins: number;
}

const largestBinPx = 8;

/** Side of a bin at a low-pass of this standard deviation, px: a power of 2, as large as does no harm. */
export function binPxOf(lowPassPx: number): number {
  let bin = 2;
  while (2 * bin <= Math.min(lowPassPx, largestBinPx)) bin *= 2;
  return bin;
}

/**
 * Splits a frame into its even and its odd rows, each filtered with a Gaussian of `lowPassPx` and
 * binned.
 *
 * A product of the two is free of the bias that noise gives to a square: shot noise is independent
 * from pixel to pixel, and an offset of a row, or noise that smears along it, stays in one half.
 * The odd half lies 1 px lower; against a low-pass of 2 px and more that costs next to nothing.
 *
 * @param pixels - Shape `[height, width]`.
 * @param lowPassPx - Standard deviation, px of the frame, >= 2.
 */
export function halfImages(pixels: GreyPixels, lowPassPx: number): HalfImages {
  const [frameHeight = 0, frameWidth = 0] = pixels.shape;
  const binPx = binPxOf(lowPassPx);
  const width = Math.floor(frameWidth / binPx);
  const height = Math.floor(frameHeight / binPx);
  const size = { width, height };
  // The mean over a bin has a variance of its own: (n^2 - 1) / 12 across n columns, and across
  // n / 2 rows at a pitch of 2.
  const boxX = (binPx ** 2 - 1) / 12;
  const boxY = (binPx ** 2 - 4) / 12;
  const sdX = Math.sqrt(lowPassPx ** 2 - boxX) / binPx;
  const sdY = Math.sqrt(lowPassPx ** 2 - boxY) / binPx;
  const half = (parity: 0 | 1): Float32Array =>
    lowPass({ ...size, data: binnedRows(pixels, parity, binPx, size) }, sdX, sdY).data;
  return { ...size, even: half(0), odd: half(1), binPx, scaleBins: lowPassPx / binPx };
}

/** Means over the even or the odd rows of every bin. */
function binnedRows(
  pixels: GreyPixels,
  parity: 0 | 1,
  binPx: number,
  { width, height }: { readonly width: number; readonly height: number },
): Float32Array {
  const out = new Float32Array(width * height);
  const [strideY = 0, strideX = 0] = pixels.stride;
  const { data, offset } = pixels;
  const scale = 2 / (binPx * binPx);
  for (let y = parity; y < height * binPx; y += 2) {
    let from = offset + y * strideY;
    const to = Math.floor(y / binPx) * width;
    for (let x = to; x < to + width; x++) {
      let sum = 0;
      for (let i = 0; i < binPx; i++, from += strideX) sum += data[from]!;
      out[x] = out[x]! + sum * scale;
    }
  }
  return out;
}
