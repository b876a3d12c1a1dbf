import { hasPngSignature } from 'fast-png';
import type { GreyPixels } from '../microscope/index.ts';
import { decodePngPixels } from './decodePngPixels.ts';
import { decodeTiffPixels } from './decodeTiffPixels.ts';
import { unreadableImage } from './unreadableImage.ts';

const readFormats = 'PNG and TIFF images of 8 or 16 bit are read';

/**
 * Decodes a PNG or TIFF image to grey values; the first bytes decide which of the two it is.
 *
 * Colour becomes luma (ITU-R BT.601 weights, as Pillow and OpenCV do), a palette is looked up
 * first, transparency is ignored. Values keep the depth of the file: 8 bit stay 0..255, 16 bit
 * 0..65535.
 *
 * @param bytes - The whole file.
 * @param source - Name of the origin, for error messages.
 * @returns Pixels of shape `[height, width]`, row 0 on top.
 * @throws ImageFileError if this is no such image, or a damaged one.
 */
export function decodeImage(bytes: Uint8Array, source: string): GreyPixels {
  if (bytes.length === 0) throw unreadableImage(source, 'the file is empty');
  if (hasPngSignature(bytes)) return decodePngPixels(bytes, source);
  if (startsWith(bytes, 'II*\0') || startsWith(bytes, 'MM\0*')) {
    // The decoder addresses the whole buffer: past the end of a view into a larger one.
    const isWholeBuffer = bytes.byteLength === bytes.buffer.byteLength;
    return decodeTiffPixels(isWholeBuffer ? bytes : Uint8Array.from(bytes), source);
  }
  const other = foreignFormats.find(({ signature }) => startsWith(bytes, signature));
  const what = other === undefined ? 'it is not an image of a known format' : `it is ${other.name}`;
  throw unreadableImage(source, `${what}; ${readFormats}`);
}

const foreignFormats = [
  { signature: '\xff\xd8\xff', name: 'a JPEG image' },
  { signature: 'GIF8', name: 'a GIF image' },
  { signature: 'BM', name: 'a BMP image' },
  { signature: 'II+\0', name: 'a BigTIFF image' },
  { signature: 'MM\0+', name: 'a BigTIFF image' },
  { signature: '\x89HDF', name: 'an HDF5 file' },
];

function startsWith(bytes: Uint8Array, signature: string): boolean {
  return [...signature].every((character, i) => bytes[i] === character.charCodeAt(0));
}
