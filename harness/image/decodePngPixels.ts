import { crc32, inflateSync } from 'node:zlib';
import { type GreyPixels, isSemfocusError } from '../microscope/index.ts';
import { greyPixels } from '../numeric/index.ts';
import { greyFromPalette } from './greyFromPalette.ts';
import { greyFromSamples } from './greyFromSamples.ts';
import { assertDecodableSize } from './imageLimits.ts';
import { PngRows } from './PngRows.ts';
import { unreadableImage } from './unreadableImage.ts';

/**
 * The PNG half of `decodeImage`: grey, colour or palette, with or without transparency.
 *
 * Written here, because the readers that we know do not bound what they inflate and stumble over
 * chunks that no pixel depends on: IHDR, PLTE and IDAT decide, and everything else is passed over.
 */
export function decodePngPixels(bytes: Uint8Array, source: string): GreyPixels {
  try {
    const { header, palette, data } = decisiveChunks(bytes);
    const { width, height, depth, colourType, isInterlaced } = header;
    const channels = channelsOf[colourType] ?? 0;
    const isPalette = colourType === paletteType;
    if (!isPalette && channels === 1 && depth < 8) {
      throw unreadableImage(source, `it is a ${depth}-bit PNG image; 8 and 16 bit are read`, {
        hint: 'convert it in ImageJ: Image > Type > 8-bit, then File > Save As > PNG',
      });
    }
    const isWhole = isPalette ? [1, 2, 4, 8].includes(depth) : depth === 8 || depth === 16;
    if (channels === 0 || !isWhole) throw new RangeError(`type ${colourType}, ${depth} bit`);
    assertDecodableSize(source, `${width} x ${height} px`, width * height, (channels * depth) / 8);
    const rows = new PngRows(width, height, channels, depth, isInterlaced);
    const most = rows.bytes;
    // One chunk of output, so that zlib need not join many.
    const raw = inflateSync(data, { maxOutputLength: most, chunkSize: Math.max(64, most + 1) });
    const greyOfIndex = isPalette ? greyFromPalette(palette) : undefined;
    const grey = depth === 16 ? new Uint16Array(width * height) : new Uint8Array(width * height);
    rows.read(raw, (samples, at, step) => {
      const inRow = greyFromSamples(samples, channels, channels >= 3);
      const greys = greyOfIndex === undefined ? inRow : inRow.map((i) => entryOf(greyOfIndex, i));
      if (step === 1) grey.set(greys, at);
      else for (let i = 0, to = at; i < greys.length; i++, to += step) grey[to] = greys[i]!;
    });
    return greyPixels(grey, width, height);
  } catch (cause) {
    if (isSemfocusError(cause, 'ImageFileError')) throw cause;
    throw unreadableImage(source, 'the PNG image is damaged or cut off', { cause });
  }
}

const paletteType = 3;
/** Channels by colour type: grey, RGB, palette, grey and alpha, RGB and alpha. */
const channelsOf: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

function entryOf(greyOfIndex: Uint8Array, index: number): number {
  const grey = greyOfIndex[index];
  if (grey === undefined) throw new RangeError(`the palette has no entry ${index}`);
  return grey;
}

interface Header {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colourType: number;
  readonly isInterlaced: boolean;
}

interface DecisiveChunks {
  readonly header: Header;
  readonly palette: Uint8Array;
  /** Of all IDAT chunks. */
  readonly data: Uint8Array;
}

/** @throws RangeError if a chunk that decides is damaged, missing or of an unknown kind. */
function decisiveChunks(bytes: Uint8Array): DecisiveChunks {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let header: Header | undefined;
  let palette: Uint8Array = new Uint8Array(0);
  const parts: Uint8Array[] = [];
  let at = 8;
  while (at + 12 <= file.length) {
    const length = file.readUInt32BE(at);
    const type = file.toString('latin1', at + 4, at + 8);
    const end = at + 8 + length;
    if (end + 4 > file.length || type === 'IEND') break;
    const isDecisive = type === 'IHDR' || type === 'PLTE' || type === 'IDAT';
    if (isDecisive && crc32(file.subarray(at + 4, end)) !== file.readUInt32BE(end)) {
      throw new RangeError(`the chunk ${type} at ${at} is damaged`);
    }
    // A capital letter marks what cannot be left out.
    if (!isDecisive && /^[A-Z]/.test(type)) throw new RangeError(`the chunk ${type} is unknown`);
    const data = file.subarray(at + 8, end);
    if (type === 'IHDR') header ??= headerOf(data);
    else if (type === 'PLTE') palette = data;
    else if (type === 'IDAT') parts.push(data);
    at = end + 4;
  }
  if (header === undefined || parts.length === 0) throw new RangeError('a chunk is missing');
  return { header, palette, data: parts.length === 1 ? parts[0]! : Buffer.concat(parts) };
}

function headerOf(data: Buffer): Header {
  const [compression, filter, interlace] = data.subarray(10, 13);
  const width = data.readUInt32BE(0);
  const height = data.readUInt32BE(4);
  if (width < 1 || height < 1) throw new RangeError(`${width} x ${height} px`);
  if (compression !== 0 || filter !== 0 || (interlace !== 0 && interlace !== 1)) {
    throw new RangeError(`compression ${compression}, filter ${filter}, interlace ${interlace}`);
  }
  const [depth = 0, colourType = 0] = data.subarray(8, 10);
  return { width, height, depth, colourType, isInterlaced: interlace === 1 };
}
