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
export function coarse(pixels: GreyPixels): GreyImage {
  const [height = 0, width = 0] = pixels.shape;
  const [short, long] = [Math.min(width, height), Math.max(width, height)];
  const block = Math.min(Math.round(long / longSide), Math.floor(short / leastShortSide));
  return blockMeans(pixels, Math.max(1, block));
}

/** The same in larger blocks, as many pixels wide as are asked for. */
export function coarser({ width, height, data }: GreyImage, block: number): GreyImage {
  return blockMeans({ data, shape: [height, width], stride: [width, 1], offset: 0 }, block);
}

/** The mean of every whole square block of pixels. */
export function blockMeans(
  {
    data,
    shape,
    stride,
    offset,
  }: Pick<GreyPixels, 'shape' | 'stride' | 'offset'> & {
    readonly data: { readonly [index: number]: number };
  },
  block: number,
): GreyImage {
  const [sourceHeight = 0, sourceWidth = 0] = shape;
  const [strideY = 0, strideX = 0] = stride;
  const [width, height] = [Math.floor(sourceWidth / block), Math.floor(sourceHeight / block)];
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
