import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSemfocusError } from '../microscope/index.ts';
import { decodeImage } from './decodeImage.ts';
import { rowMajorValues } from './rowMajorValues.ts';

/** As `numpy.save` writes it. */
function npy(
  values: readonly number[],
  { descr = '|u1', order = 'False', shape = '(2, 3)', version = 1 } = {},
): Buffer {
  const text = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }`;
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  const prefix = 8 + length.length;
  const padded = `${text.padEnd(Math.ceil((prefix + text.length + 1) / 64) * 64 - prefix - 1)}\n`;
  length.writeUIntLE(padded.length, 0, length.length);
  return Buffer.concat([
    Buffer.from(`\x93NUMPY${String.fromCharCode(version)}\0`, 'latin1'),
    length,
    Buffer.from(padded, 'latin1'),
    Buffer.from(values),
  ]);
}
const six = [1, 2, 3, 4, 5, 250];
const read = (bytes: Uint8Array) => {
  const { width, height, depth, data } = rowMajorValues(decodeImage(bytes, 'x'));
  return { width, height, depth, data: [...data] };
};
const messageOf = (bytes: Uint8Array): string => {
  try {
    return `read ${decodeImage(bytes, 'x').size} px`;
  } catch (error) {
    if (!isSemfocusError(error, 'ImageFileError')) throw error;
    return error.message;
  }
};

describe('a NumPy array', () => {
  it.each([1, 2, 3])('of format %d is read', (version) => {
    expect(read(npy(six, { version }))).toEqual({ width: 3, height: 2, depth: 8, data: six });
  });

  it('of 16 bit is read in both byte orders, wherever it lies', () => {
    const wide = { width: 3, height: 1, depth: 16, data: [0x201, 0x403, 0xfa05] };
    const little = npy(six, { descr: '<u2', shape: '(1, 3)' });
    expect(read(little)).toEqual(wide);
    expect(read(Buffer.concat([Buffer.from([7]), little]).subarray(1))).toEqual(wide);
    const big = npy([2, 1, 4, 3, 250, 5], { descr: '>u2', shape: '(1, 3)' });
    expect(read(big)).toEqual(wide);
  });

  it('that is no grey image is refused with what to do', () => {
    const messages = [
      npy(six, { descr: '<f8' }),
      npy(six, { order: 'True' }),
      npy(six, { shape: '(6,)' }),
      npy(six, { shape: '(1, 2, 3)' }),
      npy([], { shape: '(0, 3)' }),
      npy(six, { shape: '(2, 4)' }),
      npy(six, { shape: '(99999999999, 99999999999)' }),
      npy(six).subarray(0, 9),
    ].map(messageOf);
    expect(messages).toMatchInlineSnapshot(`
      [
        "Cannot read image 'x': its values are "<f8", not uint8 or uint16",
        "Cannot read image 'x': it is stored column by column",
        "Cannot read image 'x': it is an array of shape (6,), not (height, width)",
        "Cannot read image 'x': it is an array of shape (1, 2, 3), not (height, width)",
        "Cannot read image 'x': it is an array of shape (0, 3), not (height, width)",
        "Cannot read image 'x': it holds 6 bytes of values, and 4 x 2 px have 8",
        "Cannot read image 'x': it is an image of 99999999999 x 99999999999 px, stored as 9.9999999998e+21 px of 9.9999999998e+21 bytes; at most 268435456 px of 1073741824 bytes are decoded",
        "Cannot read image 'x': its header is cut off",
      ]
    `);
  });

  it('that is damaged is read or refused, nothing else', () => {
    const alteration = fc.record({ at: fc.nat(), to: fc.integer({ min: 0, max: 255 }) });
    fc.assert(
      fc.property(
        fc.array(alteration, { minLength: 1, maxLength: 4 }),
        fc.nat(),
        (changes, cut) => {
          const bytes = npy(six);
          // The signature stays.
          for (const { at, to } of changes) bytes[6 + (at % (bytes.length - 6))] = to;
          const length = cut % 2 === 0 ? bytes.length : 6 + (cut % (bytes.length - 6));
          expect(messageOf(bytes.subarray(0, length))).toMatch(
            /^(Cannot read image 'x': |read \d)/,
          );
        },
      ),
      { seed: 42, numRuns: 1000 },
    );
  });
});
