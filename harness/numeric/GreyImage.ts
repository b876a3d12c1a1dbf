import ndarray from 'ndarray';
import type { GreyPixels, Rectangle } from '../microscope/index.ts';

/** A grey image for computing: row-major `[height, width]`, index `y * width + x`, y down. */
export interface GreyImage {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/**
 * Copies a part of a frame into a plain float image.
 *
 * @param pixels - Shape `[height, width]`, 8 or 16 bit; any strides.
 * @param region - Whole pixels inside the frame; the whole frame if left out.
 * @throws RangeError if the region does not lie inside the frame.
 */
export function cropGreyImage(pixels: GreyPixels, region?: Rectangle): GreyImage {
  const [frameHeight = 0, frameWidth = 0] = pixels.shape;
  const { x, y, width, height } = region ?? { x: 0, y: 0, width: frameWidth, height: frameHeight };
  const fits = x >= 0 && y >= 0 && x + width <= frameWidth && y + height <= frameHeight;
  if (!fits || width < 1 || height < 1) {
    throw new RangeError(
      `region must lie inside the ${frameWidth} x ${frameHeight} px frame. ` +
        `Received ${width} x ${height} px at (${x}, ${y})`,
    );
  }
  const [strideY = 0, strideX = 0] = pixels.stride;
  const source = pixels.data;
  const data = new Float32Array(width * height);
  for (let row = 0; row < height; row++) {
    let from = pixels.offset + (y + row) * strideY + x * strideX;
    const to = row * width;
    for (let column = 0; column < width; column++, from += strideX)
      data[to + column] = source[from]!;
  }
  return { width, height, data };
}

/** Copies a part of an image; the part must lie inside it. */
export function cropOfImage(image: GreyImage, part: Rectangle): GreyImage {
  const { x, y, width, height } = part;
  if (x < 0 || y < 0 || x + width > image.width || y + height > image.height) {
    throw new RangeError(
      `the part must lie inside the ${image.width} x ${image.height} px image. ` +
        `Received ${width} x ${height} px at (${x}, ${y})`,
    );
  }
  const data = new Float32Array(width * height);
  for (let row = 0; row < height; row++) {
    const from = (y + row) * image.width + x;
    data.set(image.data.subarray(from, from + width), row * width);
  }
  return { width, height, data };
}

/** Wraps row-major grey values as pixels of shape `[height, width]`, without copying. */
export function greyPixels(
  data: Uint8Array | Uint16Array,
  width: number,
  height: number,
): GreyPixels {
  if (data.length !== width * height) {
    throw new RangeError(`data must hold ${width} x ${height} values. Received ${data.length}`);
  }
  return ndarray(data, [height, width]) as GreyPixels;
}
