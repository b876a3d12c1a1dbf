import { deflateSync } from 'node:zlib';
import { decodeImage } from '../../image/index.ts';
import { lzwPacked } from '../../image/testing/lzwPacked.ts';
import { type PngChunk, pngEnd, pngFile, pngHeader } from '../../image/testing/pngFile.ts';
import { type TiffTag, tiffFile } from '../../image/testing/tiffFile.ts';
import { isSemfocusError } from '../../microscope/index.ts';
import type { RandomStream } from '../../numeric/index.ts';
import type { FuzzTarget } from './FuzzTarget.ts';
import { mutated } from './mutated.ts';

/** PNG and TIFF files of some hundred bytes: an image comes of each, or `ImageFileError`. */
export const imagesTarget: FuzzTarget = {
  name: 'images',
  input: (random) => (random.integerBelow(2) === 0 ? damagedPng(random) : damagedTiff(random)),
  read(input) {
    try {
      const { data, shape } = decodeImage(input, 'fuzz');
      if (data.length !== (shape[0] ?? 0) * (shape[1] ?? 0)) {
        throw new RangeError(`${data.length} values of ${shape.join(' x ')} px`);
      }
    } catch (error) {
      if (!isSemfocusError(error, 'ImageFileError')) throw error;
    }
  },
};

function bytesOf(length: number, random: RandomStream): Uint8Array {
  return Uint8Array.from({ length }, () => random.integerBelow(256));
}

function someOf<T>(items: readonly T[], random: RandomStream): T {
  return items[random.integerBelow(items.length)]!;
}

/** In half of them the check sums are right, so that the fault lies behind them. */
function damagedPng(random: RandomStream): Uint8Array {
  const isRepaired = random.integerBelow(2) === 0;
  const maybeMutated = (bytes: Uint8Array): Uint8Array =>
    isRepaired && random.integerBelow(3) === 0 ? mutated(bytes, random) : bytes;
  const [width, height] = [1 + random.integerBelow(20), 1 + random.integerBelow(20)];
  const [colourType, channels, depth] = someOf(
    [
      [0, 1, 8],
      [0, 1, 16],
      [2, 3, 8],
      [3, 1, 8],
      [3, 1, 4],
      [4, 2, 8],
      [6, 4, 16],
    ] as const,
    random,
  );
  const interlace = random.integerBelow(2);
  const rowBytes = 1 + Math.ceil((width * channels * depth) / 8);
  const rows = bytesOf(height * rowBytes, random);
  for (let at = 0; at < rows.length; at += rowBytes) rows[at] = random.integerBelow(5);
  const header = pngHeader(width, height, { depth, colourType, interlace });
  const chunks: PngChunk[] = [
    { ...header, data: maybeMutated(header.data) },
    { type: 'PLTE', data: maybeMutated(bytesOf(768, random)) },
    { type: 'tEXt', data: maybeMutated(Buffer.from('key\0value')) },
    { type: 'IDAT', data: maybeMutated(deflateSync(maybeMutated(rows))) },
    pngEnd,
  ];
  const file = pngFile(chunks);
  return isRepaired ? file : mutated(file, random);
}

function damagedTiff(random: RandomStream): Uint8Array {
  const [width, height] = [1 + random.integerBelow(40), 1 + random.integerBelow(40)];
  const samples = someOf([1, 1, 3, 4], random);
  const depth = someOf([8, 8, 16], random);
  const compression = someOf([1, 5, 8, 32773], random);
  const isTiled = random.integerBelow(3) === 0;
  const px = isTiled ? Math.ceil(width / 16) * Math.ceil(height / 16) * 256 : width * height;
  const raw = bytesOf((px * samples * depth) / 8, random);
  const body =
    compression === 5
      ? lzwPacked(raw, someOf([20, 3836, 3838, Number.POSITIVE_INFINITY], random))
      : compression === 8
        ? deflateSync(raw)
        : raw;
  const tags: TiffTag[] = [
    [258, 3, ...Array.from({ length: samples }, () => depth)],
    [259, 3, compression],
    [262, 3, samples > 1 ? 2 : someOf([0, 1], random)],
    [266, 3, 1 + random.integerBelow(2)],
    [277, 3, samples],
    [317, 3, 1 + random.integerBelow(2)],
  ];
  if (isTiled) tags.push([322, 3, 16], [323, 3, 16], [324, 4, 16], [325, 4, body.length]);
  const page = { width, height, body, tags };
  const reduced = { width: 1, height: 1, body: Uint8Array.of(0), tags: [[254, 4, 1]] as const };
  const options = {
    isBig: random.integerBelow(3) === 0,
    isBigEndian: random.integerBelow(2) === 0,
  };
  return mutated(tiffFile(someOf([[page], [page, reduced]], random), options), random);
}
