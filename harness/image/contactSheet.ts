import { Buffer } from 'node:buffer';
import type { GreyPixels } from '../microscope/index.ts';
import { encodePng } from './encodePng.ts';
import { scaleBar } from './scaleBar.ts';

/** One image of a sheet, and the lines of text above it. */
interface SheetTile {
  readonly label: readonly string[];
  readonly pixels: GreyPixels;
}

export interface SheetContent {
  /** What all tiles have in common. */
  readonly title: string;
  /** From top to bottom, each from left to right; at least one tile each. */
  readonly rows: readonly (readonly SheetTile[])[];
  /** Of every tile. The scale bar is at most a third as long as the narrowest tile is wide. */
  readonly pixelSizeNm: number;
}

const marginPx = 12;
const gapPx = 6;
const fontPx = 13;
const linePx = 18;
const barPx = 4;
/** The viewer's font decides how wide text is. This is a short label full of capitals in Arial. */
const widthPx = (text: string) => Math.ceil(0.6 * fontPx * text.length);

/**
 * Images in a grid of equal columns, as an SVG: a title on top, a label above every image, a scale
 * bar below. One pixel of an image is one unit of the SVG, and every image is in it as a PNG with
 * the values that it has. The ground is dark and neutral, so that frames both dark and bright stand
 * out from it, on light and on dark pages.
 */
export function contactSheet({ title, rows, pixelSizeNm }: SheetContent): string {
  const tiles = rows.flat();
  const bar = scaleBar(pixelSizeNm, Math.min(...tiles.map(({ pixels }) => sizeOf(pixels).width)));
  const cellPx = Math.max(
    ...tiles.flatMap(({ pixels, label }) => [sizeOf(pixels).width, ...label.map(widthPx)]),
  );
  const columns = Math.max(...rows.map(({ length }) => length));
  const barTextX = marginPx + bar.lengthPx + gapPx;
  const width = Math.max(
    marginPx + columns * (cellPx + gapPx) - gapPx,
    marginPx + widthPx(title),
    barTextX + widthPx(bar.label),
  );

  const parts = [textAt(title, marginPx, marginPx)];
  let y = marginPx + linePx + gapPx;
  for (const row of rows) {
    const imageY = y + linePx * Math.max(...row.map(({ label }) => label.length));
    for (const [column, { label, pixels }] of row.entries()) {
      const x = marginPx + column * (cellPx + gapPx);
      const lines = label.map((line, i) => textAt(line, x, imageY - (label.length - i) * linePx));
      parts.push(...lines, imageAt(pixels, x, imageY));
    }
    y = imageY + Math.max(...row.map(({ pixels }) => sizeOf(pixels).height)) + gapPx;
  }
  const barY = y + (linePx - barPx) / 2;
  parts.push(
    `<rect x="${marginPx}" y="${barY}" width="${bar.lengthPx}" height="${barPx}"/>`,
    textAt(bar.label, barTextX, y),
  );
  const size = { width: width + marginPx, height: y + linePx + marginPx };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" width="${size.width}" height="${size.height}" font-family="Helvetica, Arial, sans-serif" font-size="${fontPx}" fill="#e6e6e6">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="100%" height="100%" fill="#292929"/>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

function sizeOf(pixels: GreyPixels): { readonly width: number; readonly height: number } {
  const [height = 0, width = 0] = pixels.shape;
  return { width, height };
}

function imageAt(pixels: GreyPixels, x: number, y: number): string {
  const { width, height } = sizeOf(pixels);
  const data = Buffer.from(encodePng(pixels)).toString('base64');
  return `<image x="${x}" y="${y}" width="${width}" height="${height}" href="data:image/png;base64,${data}"/>`;
}

/** @param top - Of the line; the text stands in its middle. */
function textAt(text: string, x: number, top: number): string {
  return `<text x="${x}" y="${top + fontPx}">${escaped(text)}</text>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
