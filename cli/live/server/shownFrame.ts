import { rowMajorValues } from '../../../harness/image/index.ts';
import type { FocusState, Frame } from '../../../harness/microscope/index.ts';

/** A frame for a page. */
export interface ShownFrame {
  /** Counts up, from 1. */
  readonly number: number;
  readonly width: number;
  readonly height: number;
  /** Of the pixels shown, nm. */
  readonly pixelSizeNm: number;
  /** As read back when it was exposed. */
  readonly focus: FocusState;
  /** Row by row, `width * height` values of its own. */
  readonly grey: Uint8Array<ArrayBuffer>;
}

/**
 * Makes a frame small enough to be looked at: means of square blocks of pixels, in 8 bit. What does
 * not fill a block at the right and the bottom is left out.
 *
 * @param number - Of the frame, from 1.
 * @param longestSidePx - At least 1; a frame that is not larger keeps its pixels.
 */
export function shownFrame(
  { pixels, actual }: Frame,
  number: number,
  longestSidePx: number,
): ShownFrame {
  const { data, depth, width: columns, height: rows } = rowMajorValues(pixels);
  const wanted = Math.ceil(Math.max(columns, rows) / longestSidePx);
  // A strip may be less than a block high.
  const block = Math.min(wanted, columns, rows);
  const width = Math.floor(columns / block);
  const height = Math.floor(rows / block);
  const grey = new Uint8Array(width * height);
  const greyPerSum = 1 / (block * block * (depth === 16 ? 257 : 1));
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let row = y * block; row < (y + 1) * block; row++) {
        const from = row * columns + x * block;
        for (let i = from; i < from + block; i++) sum += data[i]!;
      }
      grey[to++] = Math.round(sum * greyPerSum);
    }
  }
  const { focus, pixelSizeNm } = actual;
  return { number, width, height, pixelSizeNm: pixelSizeNm * block, focus, grey };
}
