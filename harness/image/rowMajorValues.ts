import type { GreyPixels } from '../microscope/index.ts';

/** A grey image as encoders want it: row by row, no gaps. */
export interface RowMajorValues {
  readonly width: number;
  readonly height: number;
  readonly depth: 8 | 16;
  readonly data: Uint8Array | Uint16Array;
}

/**
 * The values of an image row by row, copied only where its strides are not already so.
 *
 * @param pixels - Shape `[height, width]`, 8 or 16 bit; any strides.
 * @throws RangeError if the image has no pixels or values of another kind.
 */
export function rowMajorValues(pixels: GreyPixels): RowMajorValues {
  const [height = 0, width = 0] = pixels.shape;
  const { data: source, dtype } = pixels;
  if (!(width >= 1 && height >= 1)) {
    throw new RangeError(`pixels must have a shape [height, width]. Received [${pixels.shape}]`);
  }
  if (!(source instanceof Uint8Array || source instanceof Uint16Array)) {
    throw new RangeError(`pixels must be uint8 or uint16 values. Received ${dtype}`);
  }
  const depth = source instanceof Uint8Array ? 8 : 16;
  const [strideY = 0, strideX = 0] = pixels.stride;
  if (strideX === 1 && strideY === width) {
    const data = source.subarray(pixels.offset, pixels.offset + width * height);
    return { width, height, depth, data };
  }
  const data = depth === 8 ? new Uint8Array(width * height) : new Uint16Array(width * height);
  for (let y = 0, to = 0; y < height; y++) {
    let from = pixels.offset + y * strideY;
    for (let x = 0; x < width; x++, from += strideX) data[to++] = source[from]!;
  }
  return { width, height, depth, data };
}
