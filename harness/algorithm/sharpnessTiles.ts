import type { GreyPixels } from '../microscope/index.ts';

/** Side of a cell whose mean is looked at, px: noise averages down, blur of a few px still shows. */
const cellPx = 4;
/** Tiles along either side of a frame. */
const tilesAcross = 8;

/**
 * Sharpness of the parts of a frame: mean square of the change from cell to cell, in grey values
 * squared, one value per tile, row by row.
 *
 * The even and the odd columns of a cell are averaged apart and their changes multiplied: noise that
 * differs from pixel to pixel adds nothing on average.
 *
 * @param pixels - Shape `[height, width]`; less than 64 px across there are fewer, larger tiles.
 */
export function sharpnessTiles(pixels: GreyPixels): number[] {
  const [height = 0, width = 0] = pixels.shape;
  const columns = Math.floor(width / cellPx);
  const rows = Math.floor(height / cellPx);
  const even = new Float32Array(columns * rows);
  const odd = new Float32Array(columns * rows);
  const { data, offset } = pixels;
  const [strideY = 0, strideX = 0] = pixels.stride;
  for (let y = 0; y < rows * cellPx; y++) {
    const to = Math.floor(y / cellPx) * columns;
    let from = offset + y * strideY;
    for (let x = 0; x < columns; x++, from += cellPx * strideX) {
      even[to + x]! += data[from]! + data[from + 2 * strideX]!;
      odd[to + x]! += data[from + strideX]! + data[from + 3 * strideX]!;
    }
  }
  const across = Math.max(1, Math.min(tilesAcross, Math.floor(Math.min(columns, rows) / 4)));
  const sums = new Array<number>(across * across).fill(0);
  const counts = new Array<number>(across * across).fill(0);
  for (let y = 0; y + 1 < rows; y++) {
    for (let x = 0; x + 1 < columns; x++) {
      const i = y * columns + x;
      const alongX = (even[i + 1]! - even[i]!) * (odd[i + 1]! - odd[i]!);
      const alongY = (even[i + columns]! - even[i]!) * (odd[i + columns]! - odd[i]!);
      const tile = Math.floor((y * across) / rows) * across + Math.floor((x * across) / columns);
      sums[tile]! += alongX + alongY;
      counts[tile]! += 1;
    }
  }
  const perCell = (cellPx * cellPx) / 2;
  return sums.map((sum, i) => sum / Math.max(1, counts[i]!) / perCell ** 2);
}
