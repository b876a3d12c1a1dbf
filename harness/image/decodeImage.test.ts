import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSemfocusError } from '../microscope/index.ts';
import { greyPixels } from '../numeric/index.ts';
import { decodeImage } from './decodeImage.ts';
import { encodePng } from './encodePng.ts';
import { encodeTiff } from './encodeTiff.ts';
import { rowMajorValues } from './rowMajorValues.ts';

interface ImageFiles {
  readonly readable: readonly {
    readonly name: string;
    readonly file: string;
    readonly shape: readonly number[];
    readonly depth: number;
    readonly grey: readonly number[];
  }[];
  readonly refused: readonly { readonly name: string; readonly file: string }[];
}

const fixtures: ImageFiles = JSON.parse(
  readFileSync(new URL('./fixtures/image-files/image-files.json', import.meta.url), 'utf8'),
);
const fileOf = ({ file }: { readonly file: string }) =>
  Uint8Array.from(Buffer.from(file, 'base64'));

function messageOf(bytes: Uint8Array): string {
  try {
    decodeImage(bytes, 'x');
  } catch (error) {
    if (isSemfocusError(error, 'ImageFileError')) return error.message;
    throw error;
  }
  return 'read without an error';
}

describe('decodeImage', () => {
  it.each(fixtures.readable)('reads the grey values of a $name as NumPy does', (fixture) => {
    const pixels = decodeImage(fileOf(fixture), fixture.name);
    expect(pixels.shape).toEqual(fixture.shape);
    expect(rowMajorValues(pixels).depth).toBe(fixture.depth);
    expect([...rowMajorValues(pixels).data]).toEqual(fixture.grey);
  });

  it('refuses what has no faithful grey values, and says why', () => {
    const reasons = fixtures.refused.map(
      (fixture) => `${fixture.name}: ${messageOf(fileOf(fixture))}`,
    );
    expect(
      reasons.map((line) => line.replace("Cannot read image 'x': ", '')),
    ).toMatchInlineSnapshot(`
      [
        "1-bit PNG: it is a 1-bit PNG image; 8 and 16 bit are read",
        "1-bit TIFF: it is a 1-bit TIFF image; 8 and 16 bit are read",
        "float TIFF: its pixels are 32-bit floating-point numbers; unsigned 8 and 16 bit are read",
        "32-bit TIFF: its pixels are 32-bit signed whole numbers; unsigned 8 and 16 bit are read",
        "signed 16-bit TIFF: its pixels are 16-bit signed whole numbers; unsigned 8 and 16 bit are read",
        "CMYK TIFF: its colour model (PhotometricInterpretation 5) is not read; grey, RGB and palette are",
        "JPEG in a TIFF: its compression (7) is not read; none, LZW, Deflate and PackBits are",
        "TIFF stack: it holds more than one image, and which is meant is not said",
        "turned TIFF: it is stored turned or mirrored (Orientation 3); only upright images are read",
        "TIFF with colour planes apart: its colour planes are stored apart; only interleaved colour is read",
        "JPEG: it is a JPEG image; PNG, TIFF and NumPy images of 8 or 16 bit are read",
        "GIF: it is a GIF image; PNG, TIFF and NumPy images of 8 or 16 bit are read",
        "BMP: it is a BMP image; PNG, TIFF and NumPy images of 8 or 16 bit are read",
      ]
    `);
    expect(reasons.every((line) => line.includes("Cannot read image 'x': "))).toBe(true);
  });

  it('names the formats it reads when handed something else', () => {
    expect(messageOf(Buffer.from('workingDistanceUm,score\n1,2\n'))).toMatchInlineSnapshot(
      `"Cannot read image 'x': it is not an image of a known format; PNG, TIFF and NumPy images of 8 or 16 bit are read"`,
    );
    expect(messageOf(new Uint8Array(0))).toMatchInlineSnapshot(
      `"Cannot read image 'x': the file is empty"`,
    );
  });

  it('says "damaged" of every beginning of a file', () => {
    for (const fixture of fixtures.readable) {
      const whole = fileOf(fixture);
      for (let length = 8; length < whole.length; length += 1 + Math.floor(whole.length / 60)) {
        const message = messageOf(whole.subarray(0, length));
        // Pillow puts the tags of some files last or pads them: only their tail may be missing.
        if (message !== 'read without an error') expect(message).toMatch(/damaged or cut off/);
        else expect(length, fixture.name).toBeGreaterThan(whole.length - 16);
      }
    }
  });

  it('either reads a file with altered bytes or throws ImageFileError, nothing else', () => {
    const alteration = fc.record({ at: fc.nat(), to: fc.integer({ min: 0, max: 255 }) });
    const file = fc.constantFrom(...fixtures.readable);
    const alterations = fc.array(alteration, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(file, alterations, (fixture, changes) => {
        const bytes = fileOf(fixture);
        for (const { at, to } of changes) bytes[at % bytes.length] = to;
        expect(messageOf(bytes)).toMatch(/^(Cannot read image 'x': |read without)/);
      }),
      { seed: 42, numRuns: 1500 },
    );
  });

  it('notices a single altered byte in a PNG, up to the end of its pixels', () => {
    const whole = encodePng(greyPixels(Uint8Array.of(1, 2, 3, 4, 5, 6), 3, 2));
    const endChunkBytes = 12;
    for (let at = 8; at < whole.length - endChunkBytes; at++) {
      const bytes = Uint8Array.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ 0x10;
      expect(messageOf(bytes), `byte ${at}`).toMatch(/damaged or cut off/);
    }
  });

  it('refuses a TIFF whose header promises more rows than the file has', () => {
    const bytes = Buffer.from(encodeTiff(greyPixels(new Uint8Array(6), 3, 2)));
    const heightAt = 8 + 2 + 12 + 8;
    const rowsPerStripAt = 8 + 2 + 7 * 12 + 8;
    bytes.writeUInt32LE(4_000, heightAt);
    expect(messageOf(bytes)).toMatch(/damaged or cut off/);
    bytes.writeUInt32LE(4_000, rowsPerStripAt);
    expect(messageOf(bytes)).toMatch(/damaged or cut off/);
  });

  it('reads bytes that lie anywhere in a larger buffer', () => {
    const pixels = greyPixels(Uint16Array.of(1, 2, 3, 4, 5, 60000), 2, 3);
    for (const file of [encodePng(pixels), encodeTiff(pixels)]) {
      const larger = new Uint8Array(file.length + 10).fill(7);
      larger.set(file, 5);
      const read = decodeImage(larger.subarray(5, 5 + file.length), 'x');
      expect([...rowMajorValues(read).data]).toEqual([1, 2, 3, 4, 5, 60000]);
    }
  });
});
