import type { GreyPixels, Rectangle } from '../../microscope/index.ts';

/** Side of the tiles that are compared, px. */
const tilePx = 8;
/** Of a tile's pixels: as many are the same in both frames where nothing was exposed anew. */
const sameShare = 0.95;
/** Of a tile's pixels: fewer that differ from the others may be what clipping has left of a specimen. */
const leastTextured = 6;
/** How far a pixel is from the commonest value of its tile to count, as a part of full scale. */
const textureShare = 1 / 16;
/** Of a row or column beside such tiles, in their length. */
const sameLineShare = 0.8;
/** Fewer tiles are too little to do harm. */
const leastTiles = 4;

/** Where two frames hold the same pixels. */
export interface StaticArea {
  /** Of all pixels: as many have the same value in both frames. */
  readonly sameShare: number;
  /**
   * The smallest rectangle around tiles of 8 px that show something, and the same in both frames to the
   * pixel: a data bar, a scale bar. Undefined where there are fewer than 4 of them.
   */
  readonly overlay: Rectangle | undefined;
}

/**
 * Where two frames of one size and depth are the same to the pixel. Two exposures never are: their shot
 * noise differs. Pixels clipped to black or white are, wherever the specimen is dark or bright; so only
 * tiles with structure count.
 */
export function staticArea(under: GreyPixels, over: GreyPixels): StaticArea {
  const [height = 0, width = 0] = under.shape;
  const fullScale = under.data instanceof Uint16Array ? 65535 : 255;
  const [strideY = 0, strideX = 0] = under.stride;
  const [otherStrideY = 0, otherStrideX = 0] = over.stride;
  const [ours, theirs] = [under.data, over.data];
  let same = 0;
  let tiles = 0;
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let y0 = 0; y0 < height; y0 += tilePx) {
    const rows = Math.min(tilePx, height - y0);
    const sames = new Uint16Array(Math.ceil(width / tilePx));
    for (let y = y0; y < y0 + rows; y++) {
      let at = under.offset + y * strideY;
      let other = over.offset + y * otherStrideY;
      for (let tile = 0, x = 0; tile < sames.length; tile++) {
        let count = 0;
        for (const end = Math.min(width, x + tilePx); x < end; x++) {
          if (ours[at] === theirs[other]) count++;
          at += strideX;
          other += otherStrideX;
        }
        sames[tile]! += count;
      }
    }
    for (let tile = 0; tile < sames.length; tile++) {
      const x0 = tile * tilePx;
      const columns = Math.min(tilePx, width - x0);
      same += sames[tile]!;
      if (sames[tile]! < sameShare * rows * columns) continue;
      if (
        texturedPixels(under, { x: x0, y: y0, width: columns, height: rows }, fullScale) <
        leastTextured
      )
        continue;
      tiles++;
      left = Math.min(left, x0);
      right = Math.max(right, x0 + columns);
      top = Math.min(top, y0);
      bottom = y0 + rows;
    }
  }
  const tiled = { x: left, y: top, width: right - left, height: bottom - top };
  return {
    sameShare: same / (width * height),
    overlay: tiles < leastTiles ? undefined : grown(tiled, under, over),
  };
}

/** With the rows and columns around that are the same too: a bar is darker than its text, and larger. */
function grown(area: Rectangle, under: GreyPixels, over: GreyPixels): Rectangle {
  const [height = 0, width = 0] = under.shape;
  const isSame = (y: number, x: number) => under.get(y, x) === over.get(y, x);
  const share = (count: number, of: (i: number) => boolean) => {
    let same = 0;
    for (let i = 0; i < count; i++) if (of(i)) same++;
    return same / count;
  };
  let { x, y } = area;
  let [right, bottom] = [x + area.width, y + area.height];
  const row = (at: number) => share(right - x, (i) => isSame(at, x + i)) >= sameLineShare;
  const column = (at: number) => share(bottom - y, (i) => isSame(y + i, at)) >= sameLineShare;
  while (y > 0 && row(y - 1)) y--;
  while (bottom < height && row(bottom)) bottom++;
  while (x > 0 && column(x - 1)) x--;
  while (right < width && column(right)) right++;
  return { x, y, width: right - x, height: bottom - y };
}

/** How many pixels of a tile differ clearly from its commonest value. */
function texturedPixels(pixels: GreyPixels, tile: Rectangle, fullScale: number): number {
  const values: number[] = [];
  for (let y = tile.y; y < tile.y + tile.height; y++) {
    for (let x = tile.x; x < tile.x + tile.width; x++) values.push(pixels.get(y, x));
  }
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let [commonest, most] = [0, 0];
  for (const [value, count] of counts) if (count > most) [commonest, most] = [value, count];
  return values.filter((value) => Math.abs(value - commonest) > textureShare * fullScale).length;
}
