import { isFftLength } from '../../harness/numeric/index.ts';

/** How a frame is cut into overlapping tiles for blurring by FFT (overlap-save). */
export interface TilePlan {
  readonly tileWidth: number;
  readonly tileHeight: number;
  /** Upper left corner of every tile's valid part, in frame pixels. */
  readonly origins: readonly { readonly x: number; readonly y: number }[];
  /** Size of the valid part, the same for every tile; it may reach beyond the frame. */
  readonly validWidth: number;
  readonly validHeight: number;
}

const lengths = Array.from({ length: 4096 / 16 }, (_, i) => 16 * (i + 1)).filter(isFftLength);
/**
 * Costs per pixel of a tile, in units of an inverse FFT of a small one: what large ones overflow
 * the caches with, and the transfer function, which all tiles share. Measured, and not critical.
 */
const cacheCost = 1;
const cachedPixels = 2 ** 20;
const sharedCost = 1.5;

/**
 * The cheapest tiling of a frame with a margin all round every tile.
 *
 * @param margin - px of specimen kept around each valid part, so that nothing wraps into it.
 */
export function planTiles(width: number, height: number, margin: number): TilePlan {
  let best: { cost: number; tileWidth: number; tileHeight: number } | undefined;
  for (const tileWidth of lengths) {
    for (const tileHeight of lengths) {
      const validWidth = tileWidth - 2 * margin;
      const validHeight = tileHeight - 2 * margin;
      if (validWidth < 16 || validHeight < 16) continue;
      const tiles = Math.ceil(width / validWidth) * Math.ceil(height / validHeight);
      const area = tileWidth * tileHeight;
      const perTile = 1 + (cacheCost * area) / (area + cachedPixels);
      const cost = area * (tiles * perTile + sharedCost);
      if (best === undefined || cost < best.cost) best = { cost, tileWidth, tileHeight };
    }
  }
  if (best === undefined) {
    throw new RangeError(`margin must leave room in a tile of 4096 px. Received ${margin} px`);
  }
  const { tileWidth, tileHeight } = best;
  const validWidth = tileWidth - 2 * margin;
  const validHeight = tileHeight - 2 * margin;
  const columns = Math.ceil(width / validWidth);
  const rows = Math.ceil(height / validHeight);
  const origins = Array.from({ length: columns * rows }, (_, i) => ({
    x: (i % columns) * validWidth,
    y: Math.floor(i / columns) * validHeight,
  }));
  return { tileWidth, tileHeight, origins, validWidth, validHeight };
}
