import type { GreyPixels, Rectangle } from '../microscope/index.ts';
import { greyPixels } from '../numeric/index.ts';
import { layOutSheet } from './layOutSheet.ts';
import type { LabelFont } from './openLabelFont.ts';
import { rowMajorValues } from './rowMajorValues.ts';

/** One image of a sheet and what is written above it; the parts of a label share lines if they fit. */
interface SheetTile {
  readonly label: readonly string[];
  readonly pixels: GreyPixels;
}

export interface SheetContent {
  /** What all tiles have in common. */
  readonly title: readonly string[];
  /** From top to bottom, each from left to right. */
  readonly rows: readonly (readonly SheetTile[])[];
  /** Of every tile. */
  readonly pixelSizeNm: number;
}

export interface ContactSheet {
  /** 8 or 16 bit, as the tiles are. */
  readonly pixels: GreyPixels;
  /** Where each tile lies, in the order of the rows. */
  readonly places: readonly (readonly Rectangle[])[];
}

/** Shares of full scale. Dark and neutral, so that frames both dark and bright stand out from it. */
const background = 0.16;
const ink = 0.9;

/**
 * Images in a grid on one sheet, with a title, a label above every image and a scale bar. The
 * values of the images are copied as they are, pixel for pixel.
 *
 * @throws RangeError if there is no tile, a row without one, or tiles of 8 and of 16 bit.
 */
export function contactSheet(
  { title, rows, pixelSizeNm }: SheetContent,
  font: LabelFont,
): ContactSheet {
  const images = rows.map((row) =>
    row.map(({ label, pixels }) => ({ label, ...rowMajorValues(pixels) })),
  );
  const depth = commonDepth(images.flat());
  if (images.some((row) => row.length === 0)) throw new RangeError('a row must have a tile');
  const { width, height, places, texts, bar } = layOutSheet(title, images, pixelSizeNm, font);

  const fullScale = 2 ** depth - 1;
  const shade = (share: number) =>
    Math.round((background + share * (ink - background)) * fullScale);
  const values = depth === 8 ? new Uint8Array(width * height) : new Uint16Array(width * height);
  values.fill(shade(0));
  for (const [r, row] of images.entries()) {
    for (const [c, { data }] of row.entries()) copyTo(values, width, data, places[r]![c]!);
  }
  copyTo(values, width, new Uint16Array(bar.width * bar.height).fill(shade(1)), bar);
  for (const { text, ...place } of texts) {
    font.draw(text, place, (x, y, share) => {
      values[y * width + x] = shade(share);
    });
  }
  return { pixels: greyPixels(values, width, height), places };
}

function commonDepth(images: readonly { readonly depth: 8 | 16 }[]): 8 | 16 {
  const depths = [...new Set(images.map(({ depth }) => depth))];
  const [depth] = depths;
  if (depth !== undefined && depths.length === 1) return depth;
  const received = depth === undefined ? 'no tile' : `${depths.join(' and ')} bit`;
  throw new RangeError(`a sheet must have tiles of one depth. Received ${received}`);
}

function copyTo(
  sheet: Uint8Array | Uint16Array,
  sheetWidth: number,
  data: Uint8Array | Uint16Array,
  { x, y, width, height }: Rectangle,
): void {
  for (let row = 0; row < height; row++) {
    sheet.set(data.subarray(row * width, (row + 1) * width), (y + row) * sheetWidth + x);
  }
}
