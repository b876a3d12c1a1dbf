import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { greyPixels } from '../numeric/index.ts';
import { contactSheet } from './contactSheet.ts';
import { decodeImage } from './decodeImage.ts';

const grey = (width: number, height: number) =>
  greyPixels(
    Uint8Array.from({ length: width * height }, (_, i) => i),
    width,
    height,
  );

/** Attributes of every element of a kind, with its text. */
function elements(svg: string, kind: string): Record<string, string>[] {
  return [...svg.matchAll(new RegExp(`<${kind} ([^>]*?)/?>([^<]*)`, 'g'))].map(
    ([, attributes = '', text = '']) => ({
      ...Object.fromEntries(
        [...attributes.matchAll(/([a-z]+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
      ),
      text: text.trim(),
    }),
  );
}

describe('contactSheet', () => {
  it('puts tiles in a grid below title and labels, the scale bar below', () => {
    const rows = [0, 1].map((row) =>
      [0, 1, 2].map((column) => ({ label: [`${row}${column}`], pixels: grey(90, 40) })),
    );
    const svg = contactSheet({ title: 'all', rows, pixelSizeNm: 10 });
    const places = elements(svg, 'image').map(({ x, y, width, height }) => [x, y, width, height]);
    const across = ['12', '108', '204'];
    expect(places).toEqual(['54', '118'].flatMap((y) => across.map((x) => [x, y, '90', '40'])));
    expect(elements(svg, 'text').map(({ text, x, y }) => [text, x, y])).toEqual([
      ['all', '12', '25'],
      ...across.map((x, column) => [`0${column}`, x, '49']),
      ...across.map((x, column) => [`1${column}`, x, '113']),
      ['200 nm', '38', '177'],
    ]);
    const bar = { x: '12', y: '171', width: '20', height: '4', text: '' };
    expect(elements(svg, 'rect')[1]).toEqual(bar);
    expect(elements(svg, 'svg')[0]).toMatchObject({ width: '306', height: '194' });
  });

  it.each([8, 16])('holds every tile of %i bit with the values that it has', (depth) => {
    const values = Array.from({ length: 12 }, (_, i) => (i * 2 ** depth) / 12);
    const pixels = greyPixels(
      depth === 8 ? Uint8Array.from(values) : Uint16Array.from(values),
      4,
      3,
    );
    const svg = contactSheet({ title: 't', rows: [[{ label: [], pixels }]], pixelSizeNm: 10 });
    const [{ href = '' } = {}] = elements(svg, 'image');
    const [, base64 = ''] = href.split('base64,');
    expect(decodeImage(Buffer.from(base64, 'base64'), 'tile')).toEqual(pixels);
  });

  it('keeps characters that mean something in XML', () => {
    const rows = [[{ label: ['<b>'], pixels: grey(9, 9) }]];
    const svg = contactSheet({ title: 'a & b', rows, pixelSizeNm: 10 });
    expect(svg).toContain('>a &amp; b</text>');
    expect(svg).toContain('>&lt;b&gt;</text>');
  });

  it('lets no two images overlap, and none leave the sheet', () => {
    const tile = fc.record({
      label: fc.array(fc.string({ minLength: 1, maxLength: 20 }), { maxLength: 3 }),
      pixels: fc
        .tuple(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 50 }))
        .map((size) => grey(...size)),
    });
    const rows = fc.array(fc.array(tile, { minLength: 1, maxLength: 4 }), {
      minLength: 1,
      maxLength: 3,
    });
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), rows, (title, content) => {
        const svg = contactSheet({ title, rows: content, pixelSizeNm: 10 });
        const [{ width: sheetWidth, height: sheetHeight } = {}] = elements(svg, 'svg');
        const boxes = elements(svg, 'image').map((image) => {
          const [x = 0, y = 0, width = 0, height = 0] = ['x', 'y', 'width', 'height'].map((name) =>
            Number(image[name]),
          );
          return { x, y, right: x + width, bottom: y + height };
        });
        for (const [i, one] of boxes.entries()) {
          expect(one.right).toBeLessThanOrEqual(Number(sheetWidth) - 12);
          expect(one.bottom).toBeLessThanOrEqual(Number(sheetHeight) - 12);
          for (const other of boxes.slice(i + 1)) {
            expect(one.right <= other.x || one.bottom <= other.y).toBe(true);
          }
        }
      }),
    );
  });
});
