import type { GreyPixels } from '../microscope/index.ts';
import { decodeNpyPixels } from './decodeNpyPixels.ts';
import { decodePngPixels } from './decodePngPixels.ts';
import { decodeTiffPixels } from './decodeTiffPixels.ts';
import { unreadableImage } from './unreadableImage.ts';

const readFormats = 'PNG, TIFF and NumPy images of 8 or 16 bit are read';

/**
 * Decodes a PNG or TIFF image, or a NumPy array, to grey values; the first bytes decide which it is.
 *
 * Colour becomes luma (ITU-R BT.601 weights, as Pillow and OpenCV do), a palette is looked up
 * first, transparency is ignored. Values keep the depth of the file: 8 bit stay 0..255, 16 bit
 * 0..65535. Of a PNG, the chunks IHDR, PLTE and IDAT decide; of a TIFF, the tags that say where its
 * pixels are and how they are stored. Anything else in the file may be broken.
 *
 * @param bytes - The whole file.
 * @param source - Name of the origin, for error messages.
 * @returns Pixels of shape `[height, width]`, row 0 on top.
 * @throws ImageFileError if this is no such image, a damaged one, or one of more than 2^28 pixels.
 */
export function decodeImage(bytes: Uint8Array, source: string): GreyPixels {
  if (bytes.length === 0) throw unreadableImage(source, 'the file is empty');
  if (startsWith(bytes, '\x89PNG\r\n\x1a\n')) return decodePngPixels(bytes, source);
  if (tiffSignatures.some((signature) => startsWith(bytes, signature))) {
    return decodeTiffPixels(bytes, source);
  }
  if (startsWith(bytes, '\x93NUMPY')) return decodeNpyPixels(bytes, source);
  const other = foreignFormats.find(({ signature }) => startsWith(bytes, signature));
  const what = other === undefined ? 'it is not an image of a known format' : `it is ${other.name}`;
  throw unreadableImage(source, `${what}; ${readFormats}`);
}

/** TIFF and BigTIFF, in both byte orders. */
const tiffSignatures = ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'];

const foreignFormats = [
  { signature: '\xff\xd8\xff', name: 'a JPEG image' },
  { signature: 'GIF8', name: 'a GIF image' },
  { signature: 'BM', name: 'a BMP image' },
  { signature: '\x89HDF', name: 'an HDF5 file' },
];

function startsWith(bytes: Uint8Array, signature: string): boolean {
  return [...signature].every((character, i) => bytes[i] === character.charCodeAt(0));
}
