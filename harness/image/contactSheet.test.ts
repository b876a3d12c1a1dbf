import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GreyPixels, Rectangle } from '../microscope/index.ts';
import { greyPixels, RandomStream } from '../numeric/index.ts';
import { contactSheet } from './contactSheet.ts';
import { layOutSheet } from './layOutSheet.ts';
import type { LabelFont } from './openLabelFont.ts';

/** Every character is a full box of 6 x 10 px. */
const boxes: LabelFont = {
  lineHeightPx: 10,
  widthPx: (text) => 6 * text.length,
  draw(text, place, paint) {
    for (let y = 0; y < 10; y++) {
      for (let x = 0; x < 6 * text.length; x++) paint(place.x + x, place.y + y, 1);
    }
  },
};

const random = new RandomStream(1, 'tiles');
function noise(width: number, height: number): GreyPixels {
  const values = Uint8Array.from({ length: width * height }, () => random.integerBelow(256));
  return greyPixels(values, width, height);
}

function partOf(pixels: GreyPixels, { x, y, width, height }: Rectangle): number[] {
  return Array.from({ length: width * height }, (_, i) =>
    pixels.get(y + Math.floor(i / width), x + (i % width)),
  );
}

const tile = (label: string, pixels: GreyPixels) => ({ label: [label], pixels });

describe('contactSheet', () => {
  it('puts equal tiles in a grid below title and labels, the scale bar below', () => {
    const rows = [0, 1].map((row) => [0, 1, 2].map((c) => tile(`${row}${c}`, noise(90, 40))));
    const { pixels, places } = contactSheet({ title: ['t'], rows, pixelSizeNm: 10 }, boxes);
    const across = [12, 108, 204];
    expect(places).toEqual(
      [40, 98].map((y) => across.map((x) => ({ x, y, width: 90, height: 40 }))),
    );
    expect(pixels.shape).toEqual([98 + 40 + 6 + 10 + 12, 204 + 90 + 12]);
    const ink = Math.round(0.9 * 255);
    const paper = Math.round(0.16 * 255);
    // Title, first and last label, bar of 200 nm with its label.
    expect(pixels.get(12, 12)).toBe(ink);
    expect(pixels.get(28, 12)).toBe(ink);
    expect(pixels.get(38, 12)).toBe(paper);
    expect(pixels.get(95, 204 + 11)).toBe(ink);
    expect(partOf(pixels, { x: 12, y: 147, width: 20, height: 4 })).toEqual(Array(80).fill(ink));
    expect(pixels.get(147, 32)).toBe(paper);
    expect(pixels.get(147, 38)).toBe(ink);
  });

  it.each([8, 16])('copies every tile of %i bit pixel for pixel', (depth) => {
    const tileOf = (width: number, height: number): GreyPixels => {
      if (depth === 8) return noise(width, height);
      const values = Uint16Array.from({ length: width * height }, () => random.integerBelow(65536));
      return greyPixels(values, width, height);
    };
    const images = [
      [tileOf(30, 20), tileOf(50, 7)],
      [tileOf(1, 1), tileOf(17, 33)],
    ];
    const rows = images.map((row) => row.map((pixels) => tile('WD 0 um', pixels)));
    const sheet = contactSheet({ title: ['a', 'b'], rows, pixelSizeNm: 10 }, boxes);
    expect(sheet.pixels.data.BYTES_PER_ELEMENT).toBe(depth / 8);
    for (const [r, row] of images.entries()) {
      for (const [c, pixels] of row.entries()) {
        const [height = 0, width = 0] = pixels.shape;
        const place = sheet.places[r]![c]!;
        expect(place).toMatchObject({ width, height });
        expect(partOf(sheet.pixels, place)).toEqual(Array.from(pixels.data));
      }
    }
  });

  it('writes full scale in the depth of the tiles', () => {
    const rows = [[tile('', greyPixels(new Uint16Array(100), 10, 10))]];
    const { pixels } = contactSheet({ title: ['t'], rows, pixelSizeNm: 10 }, boxes);
    expect(pixels.get(12, 12)).toBe(Math.round(0.9 * 65535));
    expect(pixels.get(0, 0)).toBe(Math.round(0.16 * 65535));
  });

  it('refuses tiles of different depths, and none', () => {
    const mixed = [[tile('', noise(9, 9)), tile('', greyPixels(new Uint16Array(4), 2, 2))]];
    const refusal = (rows: typeof mixed) => () =>
      contactSheet({ title: [], rows, pixelSizeNm: 10 }, boxes);
    expect(refusal(mixed)).toThrow('a sheet must have tiles of one depth. Received 8 and 16 bit');
    expect(refusal([])).toThrow('a sheet must have tiles of one depth. Received no tile');
    expect(refusal([[tile('', noise(9, 9))], []])).toThrow('a row must have a tile');
  });
});

describe('layOutSheet', () => {
  it('gives each part of a label a line of its own where they do not fit beside one another', () => {
    const parts = ['WD 0 um', 'stig x 1'];
    const linesFor = (width: number) =>
      layOutSheet([], [[{ label: parts, width, height: 20 }]], 10, boxes)
        .texts.slice(0, -1)
        .map(({ text }) => text);
    expect(linesFor(6 * 18)).toEqual(['WD 0 um   stig x 1']);
    expect(linesFor(6 * 18 - 1)).toEqual(parts);
  });

  it('lets nothing overlap or leave the sheet', () => {
    const outline = fc.record({
      label: fc.array(fc.string({ minLength: 1, maxLength: 20 }), { maxLength: 3 }),
      width: fc.integer({ min: 1, max: 300 }),
      height: fc.integer({ min: 1, max: 200 }),
    });
    const grid = fc.array(fc.array(outline, { minLength: 1, maxLength: 4 }), {
      minLength: 1,
      maxLength: 3,
    });
    const words = fc.array(fc.string({ minLength: 1, maxLength: 30 }), { maxLength: 4 });
    fc.assert(
      fc.property(words, grid, (title, rows) => {
        const { width, height, places, texts, bar } = layOutSheet(title, rows, 10, boxes);
        const written = texts.map(({ text, x, y }) => ({
          ...{ x, y, width: boxes.widthPx(text), height: boxes.lineHeightPx },
        }));
        const all = [...places.flat(), ...written, bar];
        for (const [i, one] of all.entries()) {
          expect(Math.min(one.x, one.y)).toBeGreaterThanOrEqual(12);
          expect(one.x + one.width).toBeLessThanOrEqual(width - 12);
          expect(one.y + one.height).toBeLessThanOrEqual(height - 12);
          for (const other of all.slice(i + 1)) {
            const isApart =
              one.x + one.width <= other.x ||
              other.x + other.width <= one.x ||
              one.y + one.height <= other.y ||
              other.y + other.height <= one.y;
            expect(isApart).toBe(true);
          }
        }
      }),
    );
  });
});
