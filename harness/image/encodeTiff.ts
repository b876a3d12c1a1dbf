import type { GreyPixels } from '../microscope/index.ts';
import { rowMajorValues } from './rowMajorValues.ts';

const headerBytes = 8;
const entryBytes = 12;
const asciiType = 2;
const shortType = 3;
const longType = 4;
const rationalType = 5;

/**
 * A baseline grey TIFF file of an image (TIFF 6.0, section 4), 8 or 16 bit as its values are:
 * little-endian, one uncompressed strip, black is zero.
 *
 * @param pixels - Shape `[height, width]`, row 0 on top; any strides.
 * @param description - ImageDescription (tag 270), in ASCII; no such tag where it is left out.
 * @returns The whole file.
 * @throws RangeError if the description is not ASCII.
 */
export function encodeTiff(pixels: GreyPixels, description?: string): Uint8Array {
  const { width, height, depth, data } = rowMajorValues(pixels);
  const stripBytes = data.length * (depth / 8);
  const text = description === undefined ? undefined : asciiOf(description);
  const tagCount = text === undefined ? 12 : 13;
  const ratioOffset = headerBytes + 2 + tagCount * entryBytes + 4;
  const textOffset = ratioOffset + 8;
  // Values begin at even addresses.
  const stripOffset = textOffset + 2 * Math.ceil((text?.length ?? 0) / 2);
  const entries: readonly (readonly [tag: number, type: number, value: number])[] = [
    [256, longType, width],
    [257, longType, height],
    [258, shortType, depth],
    [259, shortType, 1], // Compression: none
    [262, shortType, 1], // PhotometricInterpretation: black is zero
    ...(text === undefined ? [] : [[270, asciiType, textOffset] as const]),
    [273, longType, stripOffset],
    [277, shortType, 1], // SamplesPerPixel
    [278, longType, height], // RowsPerStrip
    [279, longType, stripBytes],
    [282, rationalType, ratioOffset], // XResolution and YResolution: square pixels,
    [283, rationalType, ratioOffset],
    [296, shortType, 1], // ResolutionUnit: none, so the ratio says nothing of their size
  ];
  const file = new Uint8Array(stripOffset + stripBytes);
  const view = new DataView(file.buffer);
  view.setUint16(0, 0x4949, true);
  view.setUint16(2, 42, true);
  view.setUint32(4, headerBytes, true);
  view.setUint16(headerBytes, entries.length, true);
  entries.forEach(([tag, type, value], i) => {
    const at = headerBytes + 2 + i * entryBytes;
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, type, true);
    view.setUint32(at + 4, type === asciiType ? (text?.length ?? 0) : 1, true);
    // A short value lies in the first two of the four bytes: the same as a small long value.
    view.setUint32(at + 8, value, true);
  });
  view.setUint32(ratioOffset, 1, true);
  view.setUint32(ratioOffset + 4, 1, true);
  if (text !== undefined) file.set(text, textOffset);
  if (data instanceof Uint8Array) file.set(data, stripOffset);
  else for (let i = 0; i < data.length; i++) view.setUint16(stripOffset + 2 * i, data[i]!, true);
  return file;
}

/** With the zero at its end, and long enough not to lie in its entry. */
function asciiOf(text: string): Uint8Array {
  for (const character of text) {
    if (character > '\x7f')
      throw new RangeError(`description must be ASCII. Received ${character}`);
  }
  return Buffer.from(`${text.padEnd(4)}\0`, 'latin1');
}
