import { CapsuleBorders, capsuleFields } from '../../../harness/numeric/index.ts';
import type { SpecimenRegion } from '../drawing/Specimen.ts';
import { NeuritePacking } from './NeuritePacking.ts';
import type { NeuriteSeed } from './NeuriteSeed.ts';
import {
  blockNm,
  channel,
  channels,
  NodeLattice,
  nodeNm,
  nodesPerSide,
  tilesPerSide,
} from './NodeLattice.ts';
import { placeVessels } from './placeVessels.ts';
import { borderReachNm, smallestRate, TilePainter } from './TilePainter.ts';
import type { TissueRecipe } from './TissueRecipe.ts';
import type { TissueSalts } from './TissueSalts.ts';

/**
 * Squared length, in nm^2, that is added to every distance from an axis, so that the way out turns
 * smoothly when a place crosses the axis of a thin neurite.
 */
const axisSquare = 36;

/** Sets of neurites: those of the window, of the block, of a tile, and of each pair of columns of tiles. */
const packed = 0;
const inBlock = 1;
const inTile = 2;
const firstPatch = 3;

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
  readonly #packing: NeuritePacking;
  readonly #borders = new CapsuleBorders({
    sets: firstPatch + tilesPerSide / 2,
    fields: channels,
    nodesPerSide,
    reach: borderReachNm,
    leastRate: smallestRate,
    axisSquare,
  });
  readonly #seeds: NeuriteSeed[] = [];
  #capsules = new Float64Array(0);
  /** Two rows of tiles at a time are looked at together. */
  readonly #patchRow = new Int32Array(tilesPerSide / 2);
  readonly #extent = { u: 0, v: 0, radius: 0, stretch: 0 };

  constructor(salts: TissueSalts, recipe: TissueRecipe) {
    this.#salts = salts;
    this.#recipe = recipe;
    this.#lattice = new NodeLattice(salts, recipe);
    this.#packing = new NeuritePacking(salts, recipe);
    this.#tilePainter = new TilePainter(salts, recipe, this.#borders);
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
    this.#prepareBlock(blockColumn, blockRow, pixelSizeNm);
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

  #prepareBlock(blockColumn: number, blockRow: number, pixelSizeNm: number): void {
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
    const originX = blockColumn * blockNm;
    const originY = blockRow * blockNm;
    const window = { originX, originY, ...all };
    const seeds = this.#seeds;
    seeds.length = 0;
    this.#packing.addIn(window, seeds);
    if (this.#recipe.hasVessels) placeVessels(this.#salts.vessels, window, seeds);
    this.#loadCapsules(originX, originY, Math.ceil(nodeNm / pixelSizeNm) + 1);
    this.#tilePainter.useBlock(originX, originY, seeds);
    const radius = Math.hypot(all.right - all.left, all.bottom - all.top) / 2;
    const u = (all.left + all.right) / 2;
    const v = (all.top + all.bottom) / 2;
    this.#borders.narrow(packed, inBlock, u, v, radius, Math.max(...stretch));
    this.#patchRow.fill(-1);
  }

  #loadCapsules(originX: number, originY: number, longestRow: number): void {
    const seeds = this.#seeds;
    if (this.#capsules.length < capsuleFields * seeds.length) {
      this.#capsules = new Float64Array(2 * capsuleFields * seeds.length);
    }
    const capsules = this.#capsules;
    for (let index = 0, at = 0; index < seeds.length; index++, at += capsuleFields) {
      const seed = seeds[index]!;
      capsules[at] = seed.x - originX;
      capsules[at + 1] = seed.y - originY;
      capsules[at + 2] = seed.axisX;
      capsules[at + 3] = seed.axisY;
      capsules[at + 4] = seed.halfLength;
      capsules[at + 5] = seed.radius;
      capsules[at + 6] = seed.stiffness;
      capsules[at + 7] = index;
    }
    this.#borders.load(this.#lattice.values, capsules, seeds.length, longestRow);
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

  /** The set of neurites around the two by two tiles that this one belongs to. */
  #patchOf(corner: number): number {
    const row = Math.floor(corner / nodesPerSide);
    const pair = Math.floor((corner - row * nodesPerSide) / 2);
    const patch = firstPatch + pair;
    const firstRow = row - (row % 2);
    if (this.#patchRow[pair] !== firstRow) {
      this.#patchRow[pair] = firstRow;
      this.#measureExtent(firstRow * nodesPerSide + 2 * pair, 2);
      const { u, v, radius, stretch } = this.#extent;
      this.#borders.narrow(inBlock, patch, u, v, radius, stretch);
    }
    return patch;
  }

  #prepareTile({ corner, xNm, yNm }: Tile): void {
    const patch = this.#patchOf(corner);
    this.#measureExtent(corner, 1);
    const { u, v, radius, stretch } = this.#extent;
    this.#borders.narrow(patch, inTile, u, v, radius, stretch);
    this.#tilePainter.prepare(inTile, this.#extent, xNm, yNm);
  }

  #paintTile(tile: Tile, width: number, pixelSizeNm: number, out: Float32Array): void {
    const { corner, firstX, firstY, columns, rows, start } = tile;
    const { stretch } = this.#extent;
    const x = firstX / nodeNm;
    const step = pixelSizeNm / nodeNm;
    for (let row = 0; row < rows; row += 2) {
      const y = firstY + row * pixelSizeNm;
      const nextY = firstY + (row + 1) * pixelSizeNm;
      const pair = { corner, x, above: y / nodeNm, below: nextY / nodeNm, step, columns };
      this.#borders.locate(inTile, stretch, pair);
      for (let lane = 0; lane < 2 && row + lane < rows; lane++) {
        const atY = lane === 0 ? y : nextY;
        const to = start + (row + lane) * width;
        this.#tilePainter.paintRow(lane, columns, firstX, atY, pixelSizeNm, out, to);
      }
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
