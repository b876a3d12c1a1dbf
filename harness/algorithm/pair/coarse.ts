import type { GreyPixels } from '../../microscope/index.ts';
import type { GreyImage } from '../../numeric/index.ts';

/** About as many blocks lie along the longer side, px. */
const longSide = 256;
/** Along the shorter side there are at least as many, where the frame has them. */
const leastShortSide = 64;

/**
 * A frame in whole square blocks of pixels, each the mean of its own: what blur of tens of micrometres
 * leaves is still there, noise is less, and transforms cost next to nothing.
 */
export function coarse({ data, shape, stride, offset }: GreyPixels): GreyImage {
  const [frameHeight = 0, frameWidth = 0] = shape;
  const [strideY = 0, strideX = 0] = stride;
  const [short, long] = [Math.min(frameWidth, frameHeight), Math.max(frameWidth, frameHeight)];
  const block = Math.max(
    1,
    Math.min(Math.round(long / longSide), Math.floor(short / leastShortSide)),
  );
  const [width, height] = [Math.floor(frameWidth / block), Math.floor(frameHeight / block)];
  const out = new Float32Array(width * height);
  const share = 1 / block ** 2;
  for (let y = 0; y < height * block; y++) {
    const row = Math.floor(y / block) * width;
    let at = offset + y * strideY;
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let i = 0; i < block; i++, at += strideX) sum += data[at]!;
      out[row + x]! += share * sum;
    }
  }
  return { width, height, data: out };
}
