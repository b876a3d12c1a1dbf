import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { isSemfocusError } from '../microscope/index.ts';
import { greyPixels, RandomStream } from '../numeric/index.ts';
import { decodeImage } from './decodeImage.ts';
import { encodeTiff } from './encodeTiff.ts';
import { lzwPacked } from './testing/lzwPacked.ts';
import { firstByte, type TiffTag, tiffFile } from './testing/tiffFile.ts';
import { tiffDescription } from './tiffDescription.ts';

const width = 96;
const height = 96;
const random = new RandomStream(1, 'tiff');
/** Texture that LZW needs several tables for. */
const greys = Uint8Array.from({ length: width * height }, () => random.uniformBetween(0, 256));

function fileOf(tags: readonly TiffTag[], body: Uint8Array = greys, options = {}): Uint8Array {
  return tiffFile([{ width, height, body, tags }], options);
}

const readOf = (bytes: Uint8Array) => decodeImage(bytes, 'x').data;

function refusalOf(bytes: Uint8Array): string {
  try {
    decodeImage(bytes, 'x');
  } catch (error) {
    if (!isSemfocusError(error, 'ImageFileError')) throw error;
    return error.hint === undefined ? error.message : `${error.message} (${error.hint})`;
  }
  return 'read without an error';
}

describe('a TIFF file', () => {
  it.each(['{"a": 1}', '{"a": 12}', '{}', ''])('carries the description %s', (text) => {
    const pixels = greyPixels(greys, width, height);
    const file = encodeTiff(pixels, text);
    expect(tiffDescription(file)?.trimEnd()).toBe(text);
    expect(readOf(file)).toEqual(greys);
    expect(tiffDescription(encodeTiff(pixels))).toBeUndefined();
    expect(tiffDescription(file.subarray(0, 150))).toBeUndefined();
    expect(() => encodeTiff(pixels, `${text} µm`)).toThrow('description must be ASCII. Received µ');
  });

  it.each([3836, 3837, 3838, 3839, Number.POSITIVE_INFINITY])(
    'is read if its LZW table is cleared after %d codes',
    (clearAfter) => {
      const packed = lzwPacked(greys, clearAfter);
      expect(packed.length).toBeGreaterThan(2 * 3838);
      expect(readOf(fileOf([[259, 3, 5]], packed))).toEqual(greys);
    },
  );

  it('is read if its LZW data end without saying so, just after a width was raised or with zeros', () => {
    for (let rows = 1; rows <= 24; rows++) {
      const part = greys.subarray(0, rows * width);
      const tags: TiffTag[] = [[259, 3, 5]];
      for (const hasEnd of [true, false]) {
        const body = lzwPacked(part, 3836, hasEnd);
        expect(readOf(tiffFile([{ width, height: rows, body, tags }]))).toEqual(part);
      }
      const black = new Uint8Array(rows * width);
      const body = lzwPacked(black, 3836);
      expect(readOf(tiffFile([{ width, height: rows, body, tags }]))).toEqual(black);
    }
  });

  it('is refused if its LZW data use an entry before it is there, end early or are of the old kind', () => {
    const tags: TiffTag[] = [[259, 3, 5]];
    const packed = lzwPacked(greys, 3836);
    expect(refusalOf(fileOf(tags, packed.subarray(0, packed.length / 2)))).toMatch(/damaged/);
    // The clear code, then entry 300 of an empty table.
    expect(refusalOf(fileOf(tags, Uint8Array.of(0x80, 0x25, 0x80, 0, 0)))).toMatch(/damaged/);
    const old = Uint8Array.from(packed);
    old.set([0, 1]);
    expect(refusalOf(fileOf(tags, old))).toMatch(/damaged/);
  });

  it.each<[string, TiffTag]>([
    ['counts no bytes', [279, 4, 0]],
    ['counts too many bytes', [279, 4, 4_000_000_000]],
    ['counts one byte too few', [279, 4, width * height - 1]],
    ['is stored upright by an orientation that TIFF does not know', [274, 3, 0]],
    ['has samples of no format', [339, 3, 4]],
    ['has a private tag of a type that TIFF does not know', [40_000, 99, 1]],
    ['has a prediction without compression, where it has no meaning', [317, 3, 2]],
  ])('is read if it %s', (_, tag) => {
    expect(readOf(fileOf([tag]))).toEqual(greys);
  });

  it.each([34_675, 40_000, 270])('is read if the values of tag %d lie outside', (tag) => {
    const bytes = Buffer.from(fileOf([[tag, 7, ...Array(40).fill(0)]]));
    const directoryAt = firstByte + greys.length;
    const count = bytes.readUInt16LE(directoryAt);
    for (let at = directoryAt + 2; at < directoryAt + 2 + count * 12; at += 12) {
      if (bytes.readUInt16LE(at) !== tag) continue;
      bytes.writeUInt32LE(0xffff_fff0, at + 4);
      bytes.writeUInt32LE(0xffff_ff00, at + 8);
    }
    expect(readOf(bytes)).toEqual(greys);
  });

  it('is read if compressed strips count no bytes, or more than the file has', () => {
    const strips = [greys.subarray(0, 50 * width), greys.subarray(50 * width)];
    for (const [compression, pack] of [
      [5, (data: Uint8Array) => lzwPacked(data, 3838)],
      [8, (data: Uint8Array) => deflateSync(data)],
    ] as const) {
      const [first, second] = strips.map(pack) as [Uint8Array, Uint8Array];
      for (const counts of [
        [0, 0],
        [0xffff_ffff, 0xffff_ffff],
        [first.length, second.length],
      ]) {
        const tags: TiffTag[] = [
          [259, 3, compression],
          [273, 4, firstByte, firstByte + first.length],
          [278, 4, 50],
          [279, 4, ...counts],
        ];
        expect(readOf(fileOf(tags, Buffer.concat([first, second])))).toEqual(greys);
      }
    }
  });

  it('is refused if a strip runs into the next one, begins outside or is not there', () => {
    const half = (height / 2) * width;
    const strips = (...offsets: number[]): TiffTag[] => [
      [273, 4, ...offsets],
      [278, 4, height / 2],
      [279, 4, half, half],
    ];
    expect(readOf(fileOf(strips(firstByte, firstByte + half)))).toEqual(greys);
    for (const offsets of [
      [firstByte, firstByte + half - 1],
      [firstByte],
      [firstByte, 9_999_999],
    ]) {
      expect(refusalOf(fileOf(strips(...offsets)))).toMatch(/damaged or cut off/);
    }
  });

  it('is read as BigTIFF and in both byte orders', () => {
    const deep = Uint16Array.from(greys, (grey, i) => 256 * grey + (i % 256));
    for (const isBig of [false, true]) {
      for (const isBigEndian of [false, true]) {
        const body = new Uint8Array(2 * deep.length);
        const view = new DataView(body.buffer);
        for (const [i, value] of deep.entries()) view.setUint16(2 * i, value, !isBigEndian);
        expect(readOf(fileOf([[258, 3, 16]], body, { isBig, isBigEndian }))).toEqual(deep);
      }
    }
  });

  it('is read by its first channel if it is grey with others', () => {
    const body = Uint8Array.from({ length: 3 * greys.length }, (_, i) =>
      i % 3 === 0 ? greys[i / 3]! : 7,
    );
    expect(readOf(fileOf([[277, 3, 3]], body))).toEqual(greys);
  });

  it('is read beside reduced copies and masks, wherever they stand, and refused beside an image', () => {
    const page = { width, height, body: greys };
    const other = { width: 2, height: 2, body: Uint8Array.of(1, 2, 3, 4) };
    const reduced = { ...other, tags: [[254, 4, 1]] as const };
    const mask = { ...other, tags: [[254, 4, 4]] as const };
    const old = { ...other, tags: [[255, 3, 2]] as const };
    for (const pages of [
      [page, reduced],
      [reduced, page],
      [mask, page, reduced],
      [old, page],
    ]) {
      expect(readOf(tiffFile(pages))).toEqual(greys);
    }
    for (const pages of [
      [page, page],
      [page, reduced, page],
      [reduced, page, page],
    ]) {
      expect(refusalOf(tiffFile(pages))).toMatchInlineSnapshot(
        `"Cannot read image 'x': it holds more than one image, and which is meant is not said (save the one wanted by itself, the first for example: tiffcp IN.tif,0 OUT.tif)"`,
      );
    }
    expect(readOf(tiffFile([{ ...page, tags: [[254, 4, 1]] }]))).toEqual(greys);
  });

  it('says how what is not read is converted', () => {
    const foreign: TiffTag[][] = [
      [[259, 3, 7]],
      [
        [259, 3, 5],
        [317, 3, 3],
      ],
      [
        [258, 3, 32],
        [339, 3, 3],
      ],
      [
        [258, 3, 16],
        [339, 3, 2],
      ],
      [[258, 3, 12]],
      [[262, 3, 5]],
      [[274, 3, 6]],
      [
        [277, 3, 3],
        [284, 3, 2],
      ],
    ];
    expect(foreign.map((tags) => refusalOf(fileOf(tags)))).toMatchInlineSnapshot(`
      [
        "Cannot read image 'x': its compression (7) is not read; none, LZW, Deflate and PackBits are (convert it: tiffcp -c none IN.tif OUT.tif)",
        "Cannot read image 'x': its prediction (Predictor 3) is not read (convert it: tiffcp -c none IN.tif OUT.tif)",
        "Cannot read image 'x': its pixels are 32-bit floating-point numbers; unsigned 8 and 16 bit are read (convert it in ImageJ, frames of a pair with one display range: Image > Type > 8-bit, then File > Save As > Tiff)",
        "Cannot read image 'x': its pixels are 16-bit signed whole numbers; unsigned 8 and 16 bit are read (convert it in ImageJ, frames of a pair with one display range: Image > Type > 8-bit, then File > Save As > Tiff)",
        "Cannot read image 'x': it is a 12-bit TIFF image; 8 and 16 bit are read (convert it in ImageJ, frames of a pair with one display range: Image > Type > 8-bit, then File > Save As > Tiff)",
        "Cannot read image 'x': its colour model (PhotometricInterpretation 5) is not read; grey, RGB and palette are (convert it in ImageJ, frames of a pair with one display range: Image > Type > 8-bit, then File > Save As > Tiff)",
        "Cannot read image 'x': it is stored turned or mirrored (Orientation 6); only upright images are read (turn it with ImageMagick: convert IN.tif -auto-orient OUT.tif)",
        "Cannot read image 'x': its colour planes are stored apart; only interleaved colour is read (convert it: tiffcp -p contig IN.tif OUT.tif)",
      ]
    `);
  });

  it('is refused by the size that it declares, before anything is decoded', () => {
    const hugeTiles: TiffTag[] = [
      [322, 4, 4_000_000_000],
      [323, 4, 4_000_000_000],
      [324, 4, firstByte],
      [325, 4, 4],
    ];
    const rows = tiffFile([{ width: 3, height: 4_000_000_000, body: greys }]);
    const tile = tiffFile([{ width: 1, height: 1, body: greys, tags: hugeTiles }]);
    const channels = fileOf([[277, 3, 65_535]]);
    expect([rows, tile, channels].map(refusalOf)).toMatchInlineSnapshot(`
      [
        "Cannot read image 'x': it is an image of 3 x 4000000000 px, stored as 12000000000 px of 12000000000 bytes; at most 268435456 px of 1073741824 bytes are decoded (crop the image, bin its pixels, or save it as 8-bit grey)",
        "Cannot read image 'x': it is an image of 1 x 1 px, stored as 16000000000000000000 px of 16000000000000000000 bytes; at most 268435456 px of 1073741824 bytes are decoded (crop the image, bin its pixels, or save it as 8-bit grey)",
        "Cannot read image 'x': the TIFF image is damaged or cut off",
      ]
    `);
  });

  it('is refused if its compressed data go on past its pixels', () => {
    const body = deflateSync(new Uint8Array(50_000_000));
    expect(refusalOf(fileOf([[259, 3, 8]], body))).toMatch(/damaged or cut off/);
  });

  it('is refused if its list of images or strips has no end', () => {
    const bytes = Buffer.from(fileOf([[273, 4, ...Array(2 ** 20 + 1).fill(firstByte)]]));
    expect(refusalOf(bytes)).toMatch(/damaged or cut off/);
    const loop = Buffer.from(fileOf([]));
    loop.writeUInt32LE(firstByte + greys.length, loop.length - 4);
    expect(readOf(loop)).toEqual(greys);
  });
});
