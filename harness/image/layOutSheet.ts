import type { Rectangle } from '../microscope/index.ts';
import type { LabelFont } from './openLabelFont.ts';
import { scaleBar } from './scaleBar.ts';
import { wrapLabel } from './wrapLabel.ts';

/** A tile as far as its place depends on it, px. */
export interface TileOutline {
  readonly label: readonly string[];
  readonly width: number;
  readonly height: number;
}

/** Where everything on a sheet goes, px. */
export interface SheetLayout {
  readonly width: number;
  readonly height: number;
  /** Of each tile, in the order of the rows. */
  readonly places: readonly (readonly Rectangle[])[];
  /** Lines of text with their upper left corners. */
  readonly texts: readonly { readonly text: string; readonly x: number; readonly y: number }[];
  readonly bar: Rectangle;
}

const marginPx = 12;
const gapPx = 6;
const belowLabelPx = 2;
const barHeightPx = 4;

/**
 * Arranges tiles in a grid of equal columns, wide enough for tiles and labels: title on top, each
 * label directly above its tile, scale bar below the grid.
 *
 * @param rows - From top to bottom, each from left to right; at least one tile.
 * @param pixelSizeNm - Of every tile; the bar is at most a third as long as the narrowest is wide.
 */
export function layOutSheet(
  title: readonly string[],
  rows: readonly (readonly TileOutline[])[],
  pixelSizeNm: number,
  font: LabelFont,
): SheetLayout {
  const tiles = rows.flat();
  const widest = (texts: readonly string[]) => Math.max(0, ...texts.map(font.widthPx));
  const { lengthPx, label } = scaleBar(pixelSizeNm, Math.min(...tiles.map(({ width }) => width)));
  const cellWidth = Math.max(...tiles.map((tile) => Math.max(tile.width, widest(tile.label))));
  const columns = Math.max(...rows.map((row) => row.length));
  const innerWidth = Math.max(
    columns * (cellWidth + gapPx) - gapPx,
    widest(title),
    lengthPx + gapPx + font.widthPx(label),
  );
  const texts: { text: string; x: number; y: number }[] = [];
  function write(lines: readonly string[], x: number, top: number): number {
    for (const [i, text] of lines.entries()) {
      texts.push({ text, x, y: top + i * font.lineHeightPx });
    }
    return lines.length * font.lineHeightPx;
  }

  let y = marginPx;
  y += write(wrapLabel(title, '  ·  ', innerWidth, font.widthPx), marginPx, y) + gapPx;
  const places = rows.map((row) => {
    const labels = row.map((tile) => wrapLabel(tile.label, '   ', cellWidth, font.widthPx));
    const labelHeight = font.lineHeightPx * Math.max(...labels.map((lines) => lines.length));
    const tileY = y + labelHeight + belowLabelPx;
    const placed = row.map(({ width, height }, column) => {
      const x = marginPx + column * (cellWidth + gapPx);
      const lines = labels[column]!;
      write(lines, x, tileY - belowLabelPx - lines.length * font.lineHeightPx);
      return { x, y: tileY, width, height };
    });
    y = tileY + Math.max(...row.map(({ height }) => height)) + gapPx;
    return placed;
  });
  const barY = y + Math.round((font.lineHeightPx - barHeightPx) / 2);
  const bar = { x: marginPx, y: barY, width: lengthPx, height: barHeightPx };
  y += write([label], marginPx + lengthPx + gapPx, y);
  return { width: innerWidth + 2 * marginPx, height: y + marginPx, places, texts, bar };
}
