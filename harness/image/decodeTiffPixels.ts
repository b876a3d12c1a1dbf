import { decode, isMultiPage, type TiffIfd } from 'tiff';
import type { GreyPixels } from '../microscope/index.ts';
import { greyPixels } from '../numeric/index.ts';
import { greyFromSamples } from './greyFromSamples.ts';
import { unreadableImage } from './unreadableImage.ts';

/**
 * The TIFF half of `decodeImage`: one image, grey, colour or palette; plain, LZW or Deflate.
 *
 * The tags are judged before the data are decoded, because the decoder accepts several layouts
 * that it does not know (separate colour planes, predicted or coloured tiles, missing strips) and
 * returns wrong pixels for them.
 */
export function decodeTiffPixels(bytes: Uint8Array, source: string): GreyPixels {
  const refusal = attempt(source, () => reasonToRefuse(readPage(bytes, 0, false), bytes));
  if (refusal !== undefined) throw unreadableImage(source, refusal);
  return attempt(source, () => {
    const page = readPage(bytes, 0, true);
    const samples = samplesOf(page);
    const grey =
      page.type === palettePhotometric
        ? greyFromPalette(samples, page)
        : greyFromSamples(samples, page.samplesPerPixel);
    return greyPixels(grey, page.width, page.height);
  });
}

function attempt<T>(source: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw unreadableImage(source, 'the TIFF image is damaged or cut off', { cause });
  }
}

function readPage(bytes: Uint8Array, index: number, withImageData: boolean): TiffIfd {
  const [page] = decode(bytes, { pages: [index], ignoreImageData: !withImageData });
  if (page === undefined) throw new RangeError(`there is no image ${index}`);
  return page;
}

// Values of PhotometricInterpretation, Compression and SampleFormat: TIFF 6.0 and its supplements.
const colourPhotometric = 2;
const palettePhotometric = 3;
const readablePhotometrics: readonly number[] = [0, 1, colourPhotometric, palettePhotometric];
const readableCompressions: readonly number[] = [1, 5, 8, 32946];
const unsignedFormat = 1;
const foreignFormats: Readonly<Record<number, string>> = {
  2: 'signed whole numbers',
  3: 'floating-point numbers',
};

function reasonToRefuse(tags: TiffIfd, bytes: Uint8Array): string | undefined {
  const { width, height, samplesPerPixel, sampleFormat, compression, type } = tags;
  const bitsPerSample: number | Uint16Array = tags.get('BitsPerSample') ?? 1;
  const depths = typeof bitsPerSample === 'number' ? [bitsPerSample] : [...new Set(bitsPerSample)];
  const depth = depths.join('/');
  if (!(width >= 1 && height >= 1)) throw new RangeError(`${width} x ${height} px`);
  if (sampleFormat !== unsignedFormat) {
    const format = foreignFormats[sampleFormat] ?? `samples of format ${sampleFormat}`;
    return `its pixels are ${depth}-bit ${format}; unsigned 8 and 16 bit are read`;
  }
  if (depth !== '8' && depth !== '16') {
    return `it is a ${depth}-bit TIFF image; 8 and 16 bit are read`;
  }
  if (!readablePhotometrics.includes(type)) {
    return `its colour model (PhotometricInterpretation ${type}) is not read; grey, RGB and palette are`;
  }
  if (type === palettePhotometric && depth === '16') return 'it has a palette of 16 bit';
  if (!readableCompressions.includes(compression)) {
    return `its compression (${compression}) is not read; none, LZW and Deflate are`;
  }
  if ((tags.orientation ?? 1) !== 1) {
    return `it is stored turned or mirrored (Orientation ${tags.orientation}); only upright images are read`;
  }
  if (samplesPerPixel > 1 && tags.planarConfiguration !== 1) {
    return 'its colour planes are stored apart; only interleaved colour is read';
  }
  if (tags.tiled && (samplesPerPixel > 1 || tags.predictor !== 1)) {
    return 'it is stored in tiles with colour or prediction; only plain grey tiles are read';
  }
  if (holdsSecondImage(bytes)) return 'it holds more than one image; save the one wanted by itself';
  assertComplete(tags);
  return undefined;
}

/** A reduced copy for previews does not count as an image. */
function holdsSecondImage(bytes: Uint8Array): boolean {
  if (!isMultiPage(bytes)) return false;
  const isReducedCopy = ((readPage(bytes, 1, false).newSubfileType ?? 0) & 1) === 1;
  return !isReducedCopy;
}

/** The decoder leaves pixels black for which the file names no strip or tile. */
function assertComplete(tags: TiffIfd): void {
  const { tileWidth = 0, tileHeight = 0, width, height } = tags;
  const expected = tags.tiled
    ? Math.ceil(width / tileWidth) * Math.ceil(height / tileHeight)
    : Math.ceil(height / tags.rowsPerStrip);
  const found = (tags.tiled ? tags.tileOffsets : tags.stripOffsets).length;
  if (!(found >= expected)) throw new RangeError(`${found} parts of ${expected}`);
  if (tags.samplesPerPixel < (tags.type === colourPhotometric ? 3 : 1)) {
    throw new RangeError(`${tags.samplesPerPixel} channels`);
  }
}

function samplesOf(page: TiffIfd): Uint8Array | Uint16Array {
  const { data } = page;
  if (data instanceof Uint8Array || data instanceof Uint16Array) return data;
  throw new TypeError('the samples are not of the depth that the tags state');
}

/** Entries of a palette are 16 bit wide; some writers fill only the lower 8 of them. */
function greyFromPalette(indices: Uint8Array | Uint16Array, page: TiffIfd): Uint8Array {
  const entries = page.palette?.flat();
  if (entries === undefined) throw new RangeError('there is no palette');
  const shift = entries.some((entry) => entry > 255) ? 8 : 0;
  const luma = greyFromSamples(
    Uint8Array.from(entries, (entry) => entry >> shift),
    3,
  );
  return Uint8Array.from(indices, (index) => luma[index]!);
}
