import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { isSemfocusError } from '../microscope/index.ts';
import { decodeImage } from './decodeImage.ts';
import { type PngChunk, pngData, pngEnd, pngFile, pngHeader } from './testing/pngFile.ts';

const header = pngHeader(3, 2);
const data = pngData([
  [0, 10, 20, 30],
  [0, 40, 50, 60],
]);
const greys = Uint8Array.of(10, 20, 30, 40, 50, 60);

const readOf = (chunks: readonly PngChunk[]) => decodeImage(pngFile(chunks), 'x').data;

function refusalOf(chunks: readonly PngChunk[]): string {
  try {
    readOf(chunks);
  } catch (error) {
    if (isSemfocusError(error, 'ImageFileError')) return error.message;
    throw error;
  }
  return 'read without an error';
}

const text = (content: string): Uint8Array => Buffer.from(content, 'latin1');

describe('a PNG file', () => {
  it.each<[string, PngChunk]>([
    ['text without a keyword', { type: 'tEXt', data: text('\0value') }],
    ['text without an end', { type: 'tEXt', data: text('key') }],
    ['compressed text that is none', { type: 'zTXt', data: text('key\0\0rubbish') }],
    [
      'international text with a wrong check sum',
      { type: 'iTXt', data: text('key'), isDamaged: true },
    ],
    ['a colour profile that is none', { type: 'iCCP', data: text('name\0\0rubbish') }],
    [
      'a colour profile of an unknown compression',
      { type: 'iCCP', data: text('name\0\x07rubbish') },
    ],
    ['a pixel size of two bytes', { type: 'pHYs', data: text('ab') }],
    ['a time with a wrong check sum', { type: 'tIME', data: text('1234567'), isDamaged: true }],
    ['transparency of more values than pixels', { type: 'tRNS', data: new Uint8Array(999) }],
    ['a chunk of its own', { type: 'seMf', data: text('x') }],
    ['an animation', { type: 'acTL', data: text('x') }],
  ])('is read with %s, before and behind its pixels', (_, chunk) => {
    expect(readOf([header, chunk, data, chunk, pngEnd])).toEqual(greys);
  });

  it('is read if what follows its pixels is missing', () => {
    expect(readOf([header, data])).toEqual(greys);
    const bytes = pngFile([header, data, pngEnd]);
    expect(decodeImage(bytes.subarray(0, bytes.length - 5), 'x').data).toEqual(greys);
  });

  it.each<[string, readonly PngChunk[]]>([
    ['its header is damaged', [{ ...header, isDamaged: true }, data]],
    ['its pixels are damaged', [header, { ...data, isDamaged: true }]],
    [
      'its palette is damaged',
      [header, { type: 'PLTE', data: text('abc'), isDamaged: true }, data],
    ],
    [
      'a chunk that must not be left out is unknown',
      [header, { type: 'SEMF', data: text('') }, data],
    ],
    ['it has no pixels', [header, pngEnd]],
    ['it has no header', [data, pngEnd]],
    ['it has too few rows', [header, pngData([[0, 10, 20, 30]])]],
    [
      'a row has an unknown filter',
      [
        header,
        pngData([
          [0, 1, 2, 3],
          [5, 1, 2, 3],
        ]),
      ],
    ],
    [
      'the check sum of the pixels is wrong',
      [
        header,
        {
          type: 'IDAT',
          data: data.data.map((byte, i) => (i === data.data.length - 1 ? byte ^ 1 : byte)),
        },
      ],
    ],
    [
      'its depth is none of those of its kind',
      [pngHeader(3, 2, { depth: 5, colourType: 2 }), data],
    ],
    ['its kind is unknown', [pngHeader(3, 2, { colourType: 5 }), data]],
    ['its interlacing is unknown', [pngHeader(3, 2, { interlace: 2 }), data]],
    [
      'its palette lacks a colour',
      [pngHeader(3, 2, { colourType: 3 }), { type: 'PLTE', data: text('abc') }, data],
    ],
  ])('is refused if %s', (_, chunks) => {
    expect(refusalOf(chunks)).toMatch(/the PNG image is damaged or cut off/);
  });

  it('is read whole from any number of data chunks', () => {
    const parts = [...data.data].map(
      (byte): PngChunk => ({ type: 'IDAT', data: Uint8Array.of(byte) }),
    );
    expect(readOf([header, ...parts, pngEnd])).toEqual(greys);
  });

  it('is read in each filter (PNG specification, section 9)', () => {
    const rows = [
      [1, 10, 10, 10],
      [2, 1, 2, 3],
      [3, 100, 100, 250],
      [4, 1, 254, 7],
    ];
    expect([...readOf([pngHeader(3, 4), pngData(rows)])]).toEqual(
      [
        [10, 20, 30],
        [11, 22, 33],
        [105, 163, 92],
        [106, 161, 99],
      ].flat(),
    );
  });

  it('is read if it is interlaced (Adam7), in 8 and 16 bit', () => {
    // 3 x 3 px: pass 1 has (0, 0), pass 6 the odd column of even rows, pass 7 the odd row; pass 4
    // has (2, 0), pass 5 the even columns of row 2.
    const rows = (...passes: readonly (readonly number[])[]) => [
      ...readOf([pngHeader(3, 3, { interlace: 1 }), pngData(passes)]),
    ];
    expect(rows([0, 1], [0, 3], [0, 7, 9], [0, 2], [0, 8], [0, 4, 5, 6])).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9,
    ]);
    const deep = pngData([
      [0, 1, 2],
      [0, 3, 4],
    ]);
    expect([...readOf([pngHeader(1, 2, { interlace: 1, depth: 16 }), deep])]).toEqual([258, 772]);
  });

  it('is refused by the size that it declares, before anything is decoded', () => {
    expect(refusalOf([pngHeader(2 ** 31 - 1, 2 ** 31 - 1), data])).toMatchInlineSnapshot(
      `"Cannot read image 'x': it is an image of 2147483647 x 2147483647 px, stored as 4611686014132420600 px of 4611686014132420600 bytes; at most 268435456 px of 1073741824 bytes are decoded"`,
    );
    expect(refusalOf([pngHeader(2 ** 14, 2 ** 14, { depth: 16, colourType: 6 }), data])).toMatch(
      /2147483648 bytes; at most/,
    );
  });

  it('is refused if its data go on past its pixels, however far', () => {
    const bomb: PngChunk = { type: 'IDAT', data: deflateSync(new Uint8Array(50_000_000)) };
    expect(refusalOf([pngHeader(10, 10), bomb])).toMatch(/damaged or cut off/);
  });
});
