import type { SpecimenRegion } from '../drawing/Specimen.ts';
import { NeuriteSet } from './NeuriteSet.ts';
import {
  blockNm,
  channel,
  channels,
  NodeLattice,
  nodeNm,
  nodesPerSide,
  tilesPerSide,
} from './NodeLattice.ts';
import { packNeurites } from './packNeurites.ts';
import { placeVessels } from './placeVessels.ts';
import { TilePainter } from './TilePainter.ts';
import type { TissueRecipe } from './TissueRecipe.ts';
import type { TissueSalts } from './TissueSalts.ts';

/**
 * Paints the part of a region that lies in one block.
 *
 * A block consists of tiles, the squares between four nodes of the lattice. Each tile first finds
 * the few neurites that can show in it; then its pixels ask only those.
 */
export class BlockPainter {
  readonly #salts: TissueSalts;
  readonly #recipe: TissueRecipe;
  readonly #lattice: NodeLattice;
  readonly #tilePainter: TilePainter;
  readonly #packed = new NeuriteSet();
  readonly #inBlock = new NeuriteSet();
  /** One set per pair of columns of tiles, for two rows of tiles at a time. */
  readonly #inPatch = Array.from({ length: tilesPerSide / 2 }, () => new NeuriteSet());
  readonly #patchRow = new Int32Array(tilesPerSide / 2);
  readonly #inTile = new NeuriteSet();
  readonly #extent = { u: 0, v: 0, radius: 0, stretch: 0 };
  /** Slow fields at a pixel, and their steps from one pixel of a row to the next. */
  readonly #here = new Float64Array(channels);
  readonly #step = new Float64Array(channels);

  constructor(salts: TissueSalts, recipe: TissueRecipe) {
    this.#salts = salts;
    this.#recipe = recipe;
    this.#lattice = new NodeLattice(salts, recipe);
    this.#tilePainter = new TilePainter(salts, recipe);
  }

  /** Writes the pixels of a region whose centres lie in the block at `index * blockNm`. */
  paint(blockColumn: number, blockRow: number, region: SpecimenRegion, out: Float32Array): void {
    const { width, height, pixelSizeNm } = region;
    const leftNm = region.leftNm - blockColumn * blockNm;
    const topNm = region.topNm - blockRow * blockNm;
    const firstFrom = (edgeNm: number, cornerNm: number) =>
      Math.max(0, Math.ceil((edgeNm - cornerNm) / pixelSizeNm - 0.5));
    if (firstFrom(0, leftNm) >= Math.min(width, firstFrom(blockNm, leftNm))) return;
    if (firstFrom(0, topNm) >= Math.min(height, firstFrom(blockNm, topNm))) return;
    this.#prepareBlock(blockColumn, blockRow);
    for (let row = 0; row < tilesPerSide; row++) {
      const firstRow = firstFrom(row * nodeNm, topNm);
      const endRow = Math.min(height, firstFrom((row + 1) * nodeNm, topNm));
      if (firstRow >= endRow) continue;
      for (let column = 0; column < tilesPerSide; column++) {
        const firstColumn = firstFrom(column * nodeNm, leftNm);
        const endColumn = Math.min(width, firstFrom((column + 1) * nodeNm, leftNm));
        if (firstColumn >= endColumn) continue;
        const tile: Tile = {
          corner: row * nodesPerSide + column,
          xNm: blockColumn * blockNm + column * nodeNm,
          yNm: blockRow * blockNm + row * nodeNm,
          firstX: leftNm - column * nodeNm + (firstColumn + 0.5) * pixelSizeNm,
          firstY: topNm - row * nodeNm + (firstRow + 0.5) * pixelSizeNm,
          columns: endColumn - firstColumn,
          rows: endRow - firstRow,
          start: firstRow * width + firstColumn,
        };
        this.#prepareTile(tile);
        this.#paintTile(tile, width, pixelSizeNm, out);
      }
    }
  }

  #prepareBlock(blockColumn: number, blockRow: number): void {
    this.#lattice.prepare(blockColumn, blockRow);
    const nodes = nodesPerSide ** 2;
    const { values, stretch } = this.#lattice;
    const all = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
    for (let at = 0; at < nodes; at++) {
      const u = values[channel.u * nodes + at]!;
      const v = values[channel.v * nodes + at]!;
      all.left = Math.min(all.left, u);
      all.right = Math.max(all.right, u);
      all.top = Math.min(all.top, v);
      all.bottom = Math.max(all.bottom, v);
    }
    const origin = { originX: blockColumn * blockNm, originY: blockRow * blockNm };
    const window = { ...origin, ...all };
    packNeurites(this.#salts, this.#recipe, window, this.#packed);
    if (this.#recipe.hasVessels) placeVessels(this.#salts.vessels, window, this.#packed);
    const radius = Math.hypot(all.right - all.left, all.bottom - all.top) / 2;
    const u = (all.left + all.right) / 2;
    const v = (all.top + all.bottom) / 2;
    this.#packed.narrowInto(this.#inBlock, u, v, radius, Math.max(...stretch));
    this.#patchRow.fill(-1);
  }

  /** Centre, radius and largest stretch of a square of tiles in the unfolded plane. */
  #measureExtent(corner: number, tiles: number): void {
    const { values, stretch } = this.#lattice;
    const nodes = nodesPerSide ** 2;
    const extent = this.#extent;
    const last = corner + tiles * (nodesPerSide + 1);
    extent.u = (values[channel.u * nodes + corner]! + values[channel.u * nodes + last]!) / 2;
    extent.v = (values[channel.v * nodes + corner]! + values[channel.v * nodes + last]!) / 2;
    let square = 0;
    extent.stretch = 0;
    for (let row = 0; row <= tiles; row++) {
      for (let column = 0; column <= tiles; column++) {
        const at = corner + row * nodesPerSide + column;
        const du = values[channel.u * nodes + at]! - extent.u;
        const dv = values[channel.v * nodes + at]! - extent.v;
        square = Math.max(square, du * du + dv * dv);
        // Interpolated derivatives cannot exceed those at the corners.
        extent.stretch = Math.max(extent.stretch, stretch[at]!);
      }
    }
    extent.radius = Math.sqrt(square);
  }

  /** The neurites around the two by two tiles that this one belongs to. */
  #patchOf(corner: number): NeuriteSet {
    const row = Math.floor(corner / nodesPerSide);
    const pair = Math.floor((corner - row * nodesPerSide) / 2);
    const patch = this.#inPatch[pair]!;
    const firstRow = row - (row % 2);
    if (this.#patchRow[pair] !== firstRow) {
      this.#patchRow[pair] = firstRow;
      this.#measureExtent(firstRow * nodesPerSide + 2 * pair, 2);
      const { u, v, radius, stretch } = this.#extent;
      this.#inBlock.narrowInto(patch, u, v, radius, stretch);
    }
    return patch;
  }

  #prepareTile({ corner, xNm, yNm }: Tile): void {
    const patch = this.#patchOf(corner);
    this.#measureExtent(corner, 1);
    const { u, v, radius, stretch } = this.#extent;
    patch.narrowInto(this.#inTile, u, v, radius, stretch);
    this.#tilePainter.prepare(this.#inTile, this.#extent, xNm, yNm);
  }

  #paintTile(tile: Tile, width: number, pixelSizeNm: number, out: Float32Array): void {
    const here = this.#here;
    const step = this.#step;
    for (let row = 0; row < tile.rows; row++) {
      const y = tile.firstY + row * pixelSizeNm;
      this.#startRow(tile.corner, tile.firstX, y, pixelSizeNm);
      const start = tile.start + row * width;
      for (let column = 0; column < tile.columns; column++) {
        const x = tile.firstX + column * pixelSizeNm;
        const stain = this.#tilePainter.stain(here, x, y, pixelSizeNm);
        out[start + column] = Math.max(0, yieldOfResin + yieldPerStain * stain);
        for (let field = 0; field < channels; field++) here[field] = here[field]! + step[field]!;
      }
    }
  }

  /** Interpolates the slow fields at the first pixel of a row of a tile. */
  #startRow(corner: number, x: number, y: number, pixelSizeNm: number): void {
    const { values } = this.#lattice;
    const right = x / nodeNm;
    const down = y / nodeNm;
    for (let field = 0, at = corner; field < channels; field++, at += nodesPerSide ** 2) {
      const below = at + nodesPerSide;
      const west = values[at]! + down * (values[below]! - values[at]!);
      const east = values[at + 1]! + down * (values[below + 1]! - values[at + 1]!);
      this.#here[field] = west + right * (east - west);
      this.#step[field] = ((east - west) * pixelSizeNm) / nodeNm;
    }
  }
}

/** The square between four nodes, and the pixels of a region in it. */
interface Tile {
  /** Index of its upper left node. */
  readonly corner: number;
  /** Absolute position of that node, in nm. */
  readonly xNm: number;
  readonly yNm: number;
  /** Centre of the first pixel relative to that node, in nm. */
  readonly firstX: number;
  readonly firstY: number;
  readonly columns: number;
  readonly rows: number;
  /** Index of the first pixel in the region. */
  readonly start: number;
}

/** Set so that the mean yield is 1 and the contrast 15 % rms. */
const yieldOfResin = 0.825;
const yieldPerStain = 0.38;
