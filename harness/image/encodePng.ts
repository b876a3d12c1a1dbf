import { encode } from 'fast-png';
import type { GreyPixels } from '../microscope/index.ts';
import { rowMajorValues } from './rowMajorValues.ts';

/**
 * A grey PNG file of an image, 8 or 16 bit as its values are.
 *
 * @param pixels - Shape `[height, width]`, row 0 on top; any strides.
 * @returns The whole file.
 */
export function encodePng(pixels: GreyPixels): Uint8Array {
  return encode({ ...rowMajorValues(pixels), channels: 1 });
}
