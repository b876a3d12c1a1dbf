import type { GreyPixels } from '../../microscope/index.ts';

/** Every fourth row is enough. */
const rowStep = 4;

/** Logarithm of the size of the pixel noise of the second frame relative to the first. */
export function logNoiseRatio(first: GreyPixels, second: GreyPixels): number {
  return Math.log(meanRoughness(second) / meanRoughness(first));
}

/** Mean of |a - b - c + d| over squares of 2 x 2 px, which sees little but noise. */
export function meanRoughness({ data, shape, stride, offset }: GreyPixels): number {
  const [height = 0, width = 0] = shape;
  const [strideY = 0, strideX = 0] = stride;
  let sum = 0;
  let count = 0;
  for (let y = 0; y + 1 < height; y += rowStep) {
    let at = offset + y * strideY;
    for (let x = 0; x + 1 < width; x++, at += strideX) {
      const below = at + strideY;
      sum += Math.abs(data[at]! - data[at + strideX]! - data[below]! + data[below + strideX]!);
    }
    count += width - 1;
  }
  return sum / count;
}

/** Standard deviation of the pixel noise, grey: for white noise s the mean of |a - b - c + d| is 2 s sqrt(2 / pi). */
export function noiseSdOf(frame: GreyPixels): number {
  return (meanRoughness(frame) / 2) * Math.sqrt(Math.PI / 2);
}
