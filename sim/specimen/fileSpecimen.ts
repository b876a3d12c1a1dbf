import { ConfigError } from '../../harness/microscope/index.ts';
import { areaSampled } from './drawing/areaSampled.ts';
import type { Specimen, SpecimenRegion } from './drawing/Specimen.ts';

/** A micrograph, row-major, in the depth of its file: a large one is not copied into another. */
export interface Micrograph {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint16Array | Float32Array;
}

/**
 * The user's own micrograph as a specimen. Its middle lies at the origin, where the stage begins;
 * beyond its edges it is mirrored, so that there is no seam.
 *
 * A detector inverts: more electrons, darker grey. Yield therefore falls with the grey of the
 * file, and a simulated frame looks like the file. Contrast is set to that of stained tissue.
 *
 * @param image - Any grey scale, of 8 bit, 16 bit or floats; only ratios of differences matter.
 * @param pixelSizeNm - Pixel size that the image is declared to have, in nm, > 0.
 * @returns mean yield 1, rms contrast 15 %; less where yields had to be cut off at 0.
 * @throws ConfigError if the image has fewer than 2 pixels, several values per pixel, no contrast or
 *   values that are not finite, or the pixel size is not a number > 0.
 */
export function fileSpecimen(image: Micrograph, pixelSizeNm: number, name: string): Specimen {
  if (!(pixelSizeNm > 0 && Number.isFinite(pixelSizeNm))) {
    throw new ConfigError(
      `pixel size of ${name} must be a number > 0 nm. Received ${pixelSizeNm}`,
      {
        hint: 'give the pixel size at which the micrograph was taken',
      },
    );
  }
  const yieldOf = yieldFromGrey(image, name);
  const { width, height } = image;
  const paint = (region: SpecimenRegion): Float32Array => {
    // The mean over a square at least one image pixel wide is linear interpolation where pixels
    // are smaller than the image's, and area sampling where they are larger.
    const sideNm = Math.max(region.pixelSizeNm, pixelSizeNm);
    const leftNm = region.leftNm + (width * pixelSizeNm) / 2;
    const topNm = region.topNm + (height * pixelSizeNm) / 2;
    const columns = sourceShares(leftNm, region.width, region.pixelSizeNm, {
      sidePx: sideNm / pixelSizeNm,
      imagePixelNm: pixelSizeNm,
      size: width,
    });
    const rows = sourceShares(topNm, region.height, region.pixelSizeNm, {
      sidePx: sideNm / pixelSizeNm,
      imagePixelNm: pixelSizeNm,
      size: height,
    });
    return resample(image, yieldOf, columns, rows);
  };
  return areaSampled(name, Number.POSITIVE_INFINITY, paint);
}

/** rms contrast of stained tissue in a clean frame, as a fraction of the mean. */
const contrastFraction = 0.15;

/** The yield of a grey of the image. */
function yieldFromGrey(
  { width, height, data }: Micrograph,
  name: string,
): (grey: number) => number {
  const size = `${width} x ${height}`;
  const isWhole = Number.isSafeInteger(width) && Number.isSafeInteger(height);
  if (!isWhole || width < 1 || height < 1 || width * height < 2) {
    throw new ConfigError(`${name} must have at least 2 pixels. Received ${size}`, {
      hint: 'use a micrograph of a few hundred pixels a side',
    });
  }
  if (data.length !== width * height) {
    const channels = data.length / (width * height);
    const isColour = channels === 3 || channels === 4;
    throw new ConfigError(
      `${name} must hold one grey value for each of ${size} px. Received ${data.length} values`,
      isColour ? { hint: `these look like ${channels} colours each: convert it to grey` } : {},
    );
  }
  const mean = average(data, (grey) => grey);
  const sd = Math.sqrt(average(data, (grey) => (grey - mean) ** 2));
  if (!Number.isFinite(sd)) {
    const at = data.findIndex((grey) => !Number.isFinite(grey));
    throw new ConfigError(
      `${name} must have finite greys. Received ${data[at]} at x ${at % width}, y ${Math.floor(at / width)}`,
    );
  }
  if (data.every((grey) => grey === data[0])) {
    throw new ConfigError(`${name} must have some contrast. Received grey ${data[0]} everywhere`, {
      hint: 'use the specimen blank for a frame without contrast',
    });
  }
  const cutOff = (grey: number): number => Math.max(0, 1 - (contrastFraction * (grey - mean)) / sd);
  const excess = average(data, cutOff);
  return (grey) => cutOff(grey) / excess;
}

function average(data: Micrograph['data'], of: (grey: number) => number): number {
  let sum = 0;
  if (data instanceof Float32Array) {
    for (let i = 0; i < data.length; i++) sum += of(data[i]!);
  } else {
    // The same sum, four times as fast: a large image has each of its greys thousands of times.
    const greys = 2 ** (8 * data.BYTES_PER_ELEMENT);
    const ofGrey = Float64Array.from({ length: greys }, (_, grey) => of(grey));
    for (let i = 0; i < data.length; i++) sum += ofGrey[data[i]!]!;
  }
  return sum / data.length;
}

/** Which image rows (or columns) each output row consists of, and in what shares. */
interface SourceShares {
  readonly count: number;
  /** `sources` and `shares` of output row i lie at `i * taps` and up; unused ones have share 0. */
  readonly taps: number;
  readonly sources: Int32Array;
  readonly shares: Float64Array;
}

function sourceShares(
  edgeNm: number,
  count: number,
  stepNm: number,
  along: { readonly sidePx: number; readonly imagePixelNm: number; readonly size: number },
): SourceShares {
  const { sidePx, imagePixelNm, size } = along;
  const taps = Math.ceil(sidePx) + 1;
  const sources = new Int32Array(count * taps);
  const shares = new Float64Array(count * taps);
  for (let index = 0; index < count; index++) {
    const centrePx = (edgeNm + (index + 0.5) * stepNm) / imagePixelNm;
    const from = centrePx - sidePx / 2;
    const to = centrePx + sidePx / 2;
    const first = Math.floor(from);
    for (let tap = 0; tap < taps; tap++) {
      const left = first + tap;
      const overlap = Math.min(to, left + 1) - Math.max(from, left);
      sources[index * taps + tap] = mirrored(left, size);
      shares[index * taps + tap] = Math.max(0, overlap) / sidePx;
    }
  }
  return { count, taps, sources, shares };
}

/** ... 2 1 0 | 0 1 2 ... size-1 | size-1 ... */
function mirrored(index: number, size: number): number {
  const folded = ((index % (2 * size)) + 2 * size) % (2 * size);
  return folded < size ? folded : 2 * size - 1 - folded;
}

function resample(
  image: Micrograph,
  yieldOf: (grey: number) => number,
  columns: SourceShares,
  rows: SourceShares,
): Float32Array {
  const out = new Float32Array(columns.count * rows.count);
  const gathered = new Float64Array(image.width);
  const left = columns.sources.reduce((least, x) => Math.min(least, x), image.width);
  const right = columns.sources.reduce((most, x) => Math.max(most, x), 0);
  for (let row = 0; row < rows.count; row++) {
    gathered.fill(0);
    for (let tap = row * rows.taps; tap < (row + 1) * rows.taps; tap++) {
      const share = rows.shares[tap]!;
      if (share === 0) continue;
      const from = rows.sources[tap]! * image.width;
      for (let x = left; x <= right; x++) {
        gathered[x] = gathered[x]! + share * yieldOf(image.data[from + x]!);
      }
    }
    for (let column = 0; column < columns.count; column++) {
      let sum = 0;
      for (let tap = column * columns.taps; tap < (column + 1) * columns.taps; tap++) {
        sum += columns.shares[tap]! * gathered[columns.sources[tap]!]!;
      }
      out[row * columns.count + column] = sum;
    }
  }
  return out;
}
