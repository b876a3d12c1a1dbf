import type { GreyPixels } from '../../harness/microscope/index.ts';
import { cropGreyImage, type GreyImage } from '../../harness/numeric/index.ts';

/** Reach of the kernel to either side, px of the coarser raster. */
const reachPx = 2;

/**
 * A square window of a frame on a raster of pixels `ratio` times as large.
 *
 * Cubic convolution, widened to the larger pixels where these are, so that noise is averaged as a
 * larger pixel would and nothing folds back. Beyond the frame its edge is repeated, and for the kernel
 * that of the window.
 *
 * @param x - First column, whole px of the frame; the window may reach beyond it.
 * @param y - First row.
 * @param side - Of the result, px; the window covers `side * ratio` px of the frame.
 * @see R. G. Keys 1981, Cubic convolution interpolation for digital image processing, IEEE Trans.
 *   ASSP 29, a = -1/2.
 */
export function resampleWindow(
  frame: GreyPixels,
  { x, y, side }: { readonly x: number; readonly y: number; readonly side: number },
  ratio: number,
): GreyImage {
  const covered = coveredPx(side, ratio);
  const source = squareOf(frame, x, y, covered);
  if (ratio === 1) return source;
  const taps = tapsFor(side, ratio, covered);
  // Columns first, then rows.
  const narrow = new Float32Array(covered * side);
  for (let row = 0; row < covered; row++) {
    for (let i = 0; i < side; i++) {
      narrow[row * side + i] = weighted(source.data, row * covered, 1, taps[i]!);
    }
  }
  const data = new Float32Array(side * side);
  for (let i = 0; i < side; i++) {
    for (let column = 0; column < side; column++) {
      data[i * side + column] = weighted(narrow, column, side, taps[i]!);
    }
  }
  return { width: side, height: side, data };
}

/** Whole px of the frame under a window of `side` px that are `ratio` times as large. */
export function coveredPx(side: number, ratio: number): number {
  return Math.ceil(side * ratio - 1e-9);
}

/** A square of a frame, whose edge is repeated beyond it. */
function squareOf(frame: GreyPixels, x: number, y: number, side: number): GreyImage {
  const [height = 0, width = 0] = frame.shape;
  if (x >= 0 && y >= 0 && x + side <= width && y + side <= height) {
    return cropGreyImage(frame, { x, y, width: side, height: side });
  }
  const inside = (at: number, length: number) => Math.min(Math.max(at, 0), length - 1);
  const data = new Float32Array(side * side);
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const grey = frame.get(inside(y + row, height), inside(x + column, width));
      data[row * side + column] = grey;
    }
  }
  return { width: side, height: side, data };
}

interface Taps {
  readonly first: number;
  readonly weights: readonly number[];
}

function tapsFor(side: number, ratio: number, covered: number): Taps[] {
  const width = Math.max(1, ratio);
  return Array.from({ length: side }, (_, i) => {
    const centre = (i + 0.5) * ratio - 0.5;
    const from = Math.ceil(centre - reachPx * width);
    const to = Math.floor(centre + reachPx * width);
    const first = Math.max(0, from);
    const last = Math.min(covered - 1, to);
    const weights = new Array<number>(last - first + 1).fill(0);
    let total = 0;
    for (let at = from; at <= to; at++) {
      const weight = cubic((at - centre) / width);
      weights[Math.min(Math.max(at, first), last) - first]! += weight;
      total += weight;
    }
    return { first, weights: weights.map((weight) => weight / total) };
  });
}

function weighted(
  data: Float32Array,
  start: number,
  stride: number,
  { first, weights }: Taps,
): number {
  let sum = 0;
  for (let t = 0; t < weights.length; t++) sum += weights[t]! * data[start + (first + t) * stride]!;
  return sum;
}

function cubic(x: number): number {
  const t = Math.abs(x);
  if (t >= 2) return 0;
  return t < 1 ? (1.5 * t - 2.5) * t * t + 1 : ((-0.5 * t + 2.5) * t - 4) * t + 2;
}
