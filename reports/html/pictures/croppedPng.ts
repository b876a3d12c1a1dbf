import { decodeImage, encodePng } from '../../../harness/image/index.ts';
import { pngSize } from './pngSize.ts';

/**
 * The middle of a PNG file, px by px.
 *
 * @param widthPx - Most columns to keep.
 * @param heightPx - Most rows to keep.
 * @returns the file itself where it is no larger, or cannot be read: what a browser shows of a
 *   damaged picture says more than a report that is not written.
 */
export function croppedPng(bytes: Uint8Array, widthPx: number, heightPx: number): Uint8Array {
  const size = pngSize(bytes);
  if (size === undefined || (size.width <= widthPx && size.height <= heightPx)) return bytes;
  const [width, height] = [Math.min(size.width, widthPx), Math.min(size.height, heightPx)];
  const [left, top] = [(size.width - width) >> 1, (size.height - height) >> 1];
  try {
    return encodePng(decodeImage(bytes, 'a preview').lo(top, left).hi(height, width));
  } catch {
    return bytes;
  }
}
