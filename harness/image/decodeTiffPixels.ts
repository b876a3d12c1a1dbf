import { type GreyPixels, isSemfocusError } from '../microscope/index.ts';
import { greyPixels } from '../numeric/index.ts';
import { greyFromPalette } from './greyFromPalette.ts';
import { greyFromSamples } from './greyFromSamples.ts';
import { assertDecodableSize } from './imageLimits.ts';
import { TiffFile, type TiffPage } from './tiff/TiffPage.ts';
import { reversedBits, undoPrediction } from './tiff/undo.ts';
import { compressions, unpackPart } from './tiff/unpackPart.ts';
import { unreadableImage } from './unreadableImage.ts';

/**
 * The TIFF half of `decodeImage`: one image, grey, colour or palette, in strips or tiles; plain,
 * LZW, Deflate or PackBits, with prediction or without; TIFF or BigTIFF.
 *
 * Written here, because the readers that we know do not bound what they decode (a file of some
 * hundred bytes may cost minutes or gigabytes) and stumble over tags that no pixel depends on.
 * Size and layout are judged by the tags before the first pixel is decoded.
 */
export function decodeTiffPixels(bytes: Uint8Array, source: string): GreyPixels {
  try {
    const file = new TiffFile(bytes);
    const layout = layoutOf(theImage(file, source), file, source);
    return greyPixels(greysOf(bytes, layout), layout.width, layout.height);
  } catch (cause) {
    if (isSemfocusError(cause, 'ImageFileError')) throw cause;
    throw unreadableImage(source, 'the TIFF image is damaged or cut off', { cause });
  }
}

// Numbers of tags, and values of Compression, PhotometricInterpretation and SampleFormat: TIFF 6.0.
const tags = {
  newSubfileType: 254,
  subfileType: 255,
  imageWidth: 256,
  imageLength: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  stripOffsets: 273,
  orientation: 274,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  stripByteCounts: 279,
  planarConfiguration: 284,
  predictor: 317,
  colorMap: 320,
  tileWidth: 322,
  tileLength: 323,
  tileOffsets: 324,
  tileByteCounts: 325,
  sampleFormat: 339,
};
const photometrics = { whiteIsZero: 0, blackIsZero: 1, colour: 2, palette: 3 };
const foreignFormats: Readonly<Record<number, string>> = {
  2: 'signed whole numbers',
  3: 'floating-point numbers',
  5: 'complex numbers',
  6: 'complex numbers',
};
const plainly = { hint: 'convert it: tiffcp -c none IN.tif OUT.tif' };
const toGrey = {
  hint: 'convert it in ImageJ, frames of a pair with one display range: Image > Type > 8-bit, then File > Save As > Tiff',
};

/** The one page that is neither a reduced copy for previews nor a mask. */
function theImage(file: TiffFile, source: string): TiffPage {
  let found: TiffPage | undefined;
  let first: TiffPage | undefined;
  let count = 0;
  for (const page of file.pages()) {
    first ??= page;
    count += 1;
    const isReduced = page.number(tags.subfileType) === 2;
    if (((page.number(tags.newSubfileType) ?? (isReduced ? 1 : 0)) & 0b101) !== 0) continue;
    if (found !== undefined) throw severalImages(source);
    found = page;
  }
  if (found !== undefined) return found;
  if (first === undefined || count > 1) throw severalImages(source);
  return first;
}

function severalImages(source: string): Error {
  return unreadableImage(source, 'it holds more than one image, and which is meant is not said', {
    hint: 'save the one wanted by itself, the first for example: tiffcp IN.tif,0 OUT.tif',
  });
}

/** How the pixels of an image are stored. */
interface Layout {
  readonly width: number;
  readonly height: number;
  readonly depth: 8 | 16;
  readonly samplesPerPixel: number;
  readonly photometric: number;
  /** Grey by index, for a palette. */
  readonly palette: Uint8Array | undefined;
  readonly compression: number;
  readonly isPredicted: boolean;
  readonly isReversed: boolean;
  readonly isLittleEndian: boolean;
  readonly isTiled: boolean;
  /** Of a strip or tile, px. */
  readonly partWidth: number;
  readonly partHeight: number;
  readonly offsets: readonly number[];
  readonly byteCounts: readonly number[];
}

/** @throws ImageFileError for what is not read, RangeError for tags that contradict each other. */
function layoutOf(page: TiffPage, file: TiffFile, source: string): Layout {
  const numberOf = (tag: number, otherwise?: number): number => {
    const value = page.number(tag) ?? otherwise;
    if (value === undefined) throw new RangeError(`there is no tag ${tag}`);
    return value;
  };
  const width = positive(numberOf(tags.imageWidth));
  const height = positive(numberOf(tags.imageLength));
  const samplesPerPixel = positive(numberOf(tags.samplesPerPixel, 1));
  const depths = [...new Set(page.numbers(tags.bitsPerSample) ?? [1])];
  const depth = depths.length === 1 ? depths[0] : undefined;
  const foreign = foreignFormats[numberOf(tags.sampleFormat, 1)];
  if (foreign !== undefined) {
    const reason = `its pixels are ${depths.join('/')}-bit ${foreign}; unsigned 8 and 16 bit are read`;
    throw unreadableImage(source, reason, toGrey);
  }
  if (depth !== 8 && depth !== 16) {
    const reason = `it is a ${depths.join('/')}-bit TIFF image; 8 and 16 bit are read`;
    throw unreadableImage(source, reason, toGrey);
  }
  const photometric = numberOf(tags.photometric);
  if (!Object.values(photometrics).includes(photometric)) {
    const reason = `its colour model (PhotometricInterpretation ${photometric}) is not read; grey, RGB and palette are`;
    throw unreadableImage(source, reason, toGrey);
  }
  if (photometric === photometrics.palette && depth === 16) {
    throw unreadableImage(source, 'it has a palette of 16 bit', toGrey);
  }
  if (photometric === photometrics.colour && samplesPerPixel < 3) {
    throw new RangeError(`${samplesPerPixel} channels`);
  }
  const compression = numberOf(tags.compression, compressions.none);
  if (!Object.values(compressions).includes(compression)) {
    const reason = `its compression (${compression}) is not read; none, LZW, Deflate and PackBits are`;
    throw unreadableImage(source, reason, plainly);
  }
  const isDifferenced = compression === compressions.lzw || isDeflate(compression);
  const predictor = isDifferenced ? numberOf(tags.predictor, 1) : 1;
  if (predictor > 2) {
    throw unreadableImage(source, `its prediction (Predictor ${predictor}) is not read`, plainly);
  }
  // A value that TIFF does not know says nothing, as other readers have it.
  const orientation = numberOf(tags.orientation, 1);
  if (orientation >= 2 && orientation <= 8) {
    const reason = `it is stored turned or mirrored (Orientation ${orientation}); only upright images are read`;
    throw unreadableImage(source, reason, {
      hint: 'turn it with ImageMagick: convert IN.tif -auto-orient OUT.tif',
    });
  }
  if (samplesPerPixel > 1 && numberOf(tags.planarConfiguration, 1) !== 1) {
    const reason = 'its colour planes are stored apart; only interleaved colour is read';
    throw unreadableImage(source, reason, { hint: 'convert it: tiffcp -p contig IN.tif OUT.tif' });
  }
  const isTiled = page.number(tags.tileWidth) !== undefined;
  const partWidth = isTiled ? positive(numberOf(tags.tileWidth)) : width;
  const partHeight = isTiled
    ? positive(numberOf(tags.tileLength))
    : Math.min(positive(numberOf(tags.rowsPerStrip, height)), height);
  const parts = Math.ceil(width / partWidth) * Math.ceil(height / partHeight);
  // Tiles reach beyond the image, and they are unpacked whole.
  const storedPx = isTiled ? parts * partWidth * partHeight : width * height;
  assertDecodableSize(source, `${width} x ${height} px`, storedPx, (samplesPerPixel * depth) / 8);
  const offsets = page.numbers(isTiled ? tags.tileOffsets : tags.stripOffsets) ?? [];
  if (offsets.length < parts) throw new RangeError(`${offsets.length} parts of ${parts}`);
  return {
    width,
    height,
    depth,
    samplesPerPixel,
    photometric,
    palette: photometric === photometrics.palette ? paletteOf(page) : undefined,
    compression,
    isPredicted: predictor === 2,
    isReversed: numberOf(tags.fillOrder, 1) === 2,
    isLittleEndian: file.isLittleEndian,
    isTiled,
    partWidth,
    partHeight,
    offsets: offsets.slice(0, parts),
    byteCounts: page.numbers(isTiled ? tags.tileByteCounts : tags.stripByteCounts) ?? [],
  };
}

function isDeflate(compression: number): boolean {
  return compression === compressions.deflate || compression === compressions.oldDeflate;
}

function positive(value: number): number {
  if (!(value >= 1 && value <= 0xffff_ffff)) throw new RangeError(`${value} px`);
  return value;
}

/** Entries of a palette are 16 bit wide; some writers fill only the lower 8 of them. */
function paletteOf(page: TiffPage): Uint8Array {
  const entries = page.numbers(tags.colorMap) ?? [];
  const size = entries.length / 3;
  if (size !== 256) throw new RangeError(`a palette of ${entries.length} values`);
  const shift = entries.some((entry) => entry > 255) ? 8 : 0;
  return greyFromPalette(
    Array.from({ length: size }, (_, i) =>
      [i, i + size, i + 2 * size].map((at) => entries[at]! >> shift),
    ).flat(),
  );
}

function greysOf(bytes: Uint8Array, layout: Layout): Uint8Array | Uint16Array {
  const { width, height, depth, samplesPerPixel, partWidth, partHeight, offsets } = layout;
  const across = Math.ceil(width / partWidth);
  const grey = depth === 8 ? new Uint8Array(width * height) : new Uint16Array(width * height);
  const rowSamples = partWidth * samplesPerPixel;
  const rowBytes = (rowSamples * depth) / 8;
  const row = depth === 8 ? new Uint8Array(rowSamples) : new Uint16Array(rowSamples);
  const nextOffsets = followers(offsets);
  for (let part = 0; part < offsets.length; part++) {
    const left = (part % across) * partWidth;
    const top = Math.floor(part / across) * partHeight;
    const rows = Math.min(partHeight, height - top);
    const stored = storedPart(bytes, layout, part, nextOffsets);
    const data = unpackPart(
      layout.isReversed ? reversedBits(stored) : stored,
      layout.compression,
      rows * rowBytes,
      partHeight * rowBytes,
    );
    for (let y = 0; y < rows; y++) {
      fillRow(row, data, y * rowBytes, layout.isLittleEndian);
      if (layout.isPredicted) undoPrediction(row, samplesPerPixel);
      const greys = greysOfRow(row, layout);
      grey.set(greys.subarray(0, Math.min(partWidth, width - left)), (top + y) * width + left);
    }
  }
  return grey;
}

/**
 * The bytes of a strip or tile in the file. Without compression their number follows from the
 * pixels, whatever the file says. With compression, a number that cannot be right gives way to the
 * place where the next part begins.
 */
function storedPart(
  bytes: Uint8Array,
  layout: Layout,
  part: number,
  nextOffsets: ReadonlyMap<number, number>,
): Uint8Array {
  const from = layout.offsets[part]!;
  if (from >= bytes.length) throw new RangeError(`part ${part} begins at ${from}`);
  const count = layout.byteCounts[part] ?? 0;
  const isBelievable = count > 0 && from + count <= bytes.length;
  if (layout.compression !== compressions.none && isBelievable) {
    return bytes.subarray(from, from + count);
  }
  return bytes.subarray(from, nextOffsets.get(from));
}

/** For each offset the next larger one; none for the largest. */
function followers(offsets: readonly number[]): ReadonlyMap<number, number> {
  const sorted = [...new Set(offsets)].sort((a, b) => a - b);
  return new Map(sorted.slice(1).map((offset, i) => [sorted[i]!, offset]));
}

function fillRow(
  row: Uint8Array | Uint16Array,
  data: Uint8Array,
  from: number,
  isLittleEndian: boolean,
): void {
  if (row instanceof Uint8Array) {
    row.set(data.subarray(from, from + row.length));
    return;
  }
  const low = from + (isLittleEndian ? 0 : 1);
  const high = from + (isLittleEndian ? 1 : 0);
  for (let i = 0; i < row.length; i++) row[i] = data[low + 2 * i]! | (data[high + 2 * i]! << 8);
}

function greysOfRow(row: Uint8Array | Uint16Array, layout: Layout): Uint8Array | Uint16Array {
  const { samplesPerPixel, photometric, palette, depth } = layout;
  const greys = greyFromSamples(row, samplesPerPixel, photometric === photometrics.colour);
  if (palette !== undefined) return greys.map((index) => palette[index]!);
  if (photometric !== photometrics.whiteIsZero) return greys;
  const white = 2 ** depth - 1;
  return greys.map((value) => white - value);
}
