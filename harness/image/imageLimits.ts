import { unreadableImage } from './unreadableImage.ts';

/** 2^28, a square of 16384 px a side. */
const mostImagePx = 2 ** 28;

/** Four bytes for each of those pixels: no file is read, and no image decoded, that has more. */
export const mostImageBytes = 4 * mostImagePx;

/**
 * Refuses an image by its declared size, before anything of it is decoded.
 *
 * @param size - As the file says, for the message.
 * @param storedPx - What has to be decoded, with the rims of tiles.
 * @param bytesPerPx - As stored.
 * @throws ImageFileError if it is too large.
 */
export function assertDecodableSize(
  source: string,
  size: string,
  storedPx: number,
  bytesPerPx: number,
): void {
  const storedBytes = storedPx * bytesPerPx;
  if (storedPx <= mostImagePx && storedBytes <= mostImageBytes) return;
  throw unreadableImage(
    source,
    `it is an image of ${size}, stored as ${storedPx} px of ${storedBytes} bytes; at most ${mostImagePx} px of ${mostImageBytes} bytes are decoded`,
    { hint: 'crop the image, bin its pixels, or save it as 8-bit grey' },
  );
}
