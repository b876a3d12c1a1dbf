import { cellHash } from '../../hash/cellHash.ts';
import { edgeGlow, shareInside } from '../drawing/edgeProfile.ts';
import type { SpecimenRegion } from '../drawing/Specimen.ts';
import { edgeRoughnessNm, placeAlong } from './edgeRoughnessNm.ts';
import { blockNm, type LithoBlock, streetNm } from './LithoBlock.ts';

/** The pixels of a region that belong to one block. */
export interface BlockPixels {
  readonly firstColumn: number;
  readonly endColumn: number;
  readonly firstRow: number;
  readonly endRow: number;
  /** Corner of the block's pattern relative to the region's upper left corner, in nm. */
  readonly leftNm: number;
  readonly topNm: number;
}

/** Paints the pixels of a block: openings in a resist whose edges are bright. */
export function paintBlock(
  block: LithoBlock,
  pixels: BlockPixels,
  region: SpecimenRegion,
  out: Float32Array,
): void {
  if (block.pattern === 'contacts') paintContacts(block, pixels, region, out);
  else paintTrenches(block, pixels, region, out);
}

const patternNm = blockNm - streetNm;

function paintTrenches(
  block: LithoBlock,
  pixels: BlockPixels,
  { width, pixelSizeNm }: SpecimenRegion,
  out: Float32Array,
): void {
  const isVertical = block.pattern === 'vertical lines';
  const { firstColumn, endColumn, firstRow, endRow, leftNm, topNm } = pixels;
  // Along and across the lines; pixels are addressed alike for both directions.
  const along = isVertical
    ? { first: firstRow, end: endRow, edgeNm: topNm, step: width }
    : { first: firstColumn, end: endColumn, edgeNm: leftNm, step: 1 };
  const across = isVertical
    ? { first: firstColumn, end: endColumn, edgeNm: leftNm, step: 1 }
    : { first: firstRow, end: endRow, edgeNm: topNm, step: width };
  const { salt, pitchNm, openingNm } = block;
  const half = pixelSizeNm / 2;
  const trenches = Math.floor(patternNm / pitchNm);
  const firstEdgeNm = (patternNm - trenches * pitchNm + pitchNm - openingNm) / 2;
  const floor = floorYield(openingNm);
  const numberAt = (index: number) =>
    Math.floor(((index + 0.5) * pixelSizeNm - across.edgeNm - firstEdgeNm) / pitchNm + 0.5);
  const first = Math.max(0, numberAt(across.first) - 1);
  const last = Math.min(trenches - 1, numberAt(across.end - 1) + 1);
  const starts = new Float64Array(trenches);
  const ends = new Float64Array(trenches);
  for (let a = along.first; a < along.end; a++) {
    const alongNm = (a + 0.5) * pixelSizeNm - along.edgeNm;
    const place = placeAlong(alongNm);
    for (let n = first; n <= last; n++) {
      const startNm = firstEdgeNm + n * pitchNm;
      starts[n] = startNm + edgeRoughnessNm(salt, 2 * n, place);
      ends[n] = startNm + openingNm + edgeRoughnessNm(salt, 2 * n + 1, place);
    }
    const beyondEndNm = Math.max(-alongNm, alongNm - patternNm);
    for (let c = across.first; c < across.end; c++) {
      const acrossNm = (c + 0.5) * pixelSizeNm - across.edgeNm;
      // The two trenches that can be the nearest.
      const n = Math.floor((acrossNm - firstEdgeNm - openingNm / 2) / pitchNm);
      let depth = Number.POSITIVE_INFINITY;
      for (let at = Math.max(0, n); at <= Math.min(last, n + 1); at++)
        depth = Math.min(depth, Math.max(starts[at]! - acrossNm, acrossNm - ends[at]!));
      out[a * along.step + c * across.step] = resistYield(
        Math.max(depth, beyondEndNm),
        half,
        floor,
      );
    }
  }
}

function paintContacts(
  { salt, pitchNm, openingNm, isStaggered }: LithoBlock,
  { firstColumn, endColumn, firstRow, endRow, leftNm, topNm }: BlockPixels,
  { width, pixelSizeNm }: SpecimenRegion,
  out: Float32Array,
): void {
  const half = pixelSizeNm / 2;
  const holes = Math.floor(patternNm / pitchNm);
  const marginNm = (patternNm - holes * pitchNm) / 2;
  const floor = floorYield(openingNm / 2);
  for (let row = firstRow; row < endRow; row++) {
    const y = ((row + 0.5) * pixelSizeNm - topNm - marginNm) / pitchNm;
    const holeRow = Math.floor(y);
    const shift = isStaggered && (holeRow & 1) === 1 ? 0.5 : 0;
    const holesInRow = shift === 0 ? holes : holes - 1;
    for (let column = firstColumn; column < endColumn; column++) {
      const x = ((column + 0.5) * pixelSizeNm - leftNm - marginNm) / pitchNm - shift;
      const holeColumn = Math.floor(x);
      const isInArray =
        holeRow >= 0 && holeRow < holes && holeColumn >= 0 && holeColumn < holesInRow;
      let depth = Number.POSITIVE_INFINITY;
      if (isInArray) {
        const dx = (x - holeColumn - 0.5) * pitchNm;
        const dy = (y - holeRow - 0.5) * pitchNm;
        const bits = cellHash(salt, holeColumn, holeRow);
        depth = Math.sqrt(dx * dx + dy * dy) - openingNm / 2 - outOfRoundNm(bits, dx, dy);
      }
      out[row * width + column] = resistYield(depth, half, floor);
    }
  }
}

/** Deviation of a hole's edge from its circle, by harmonics 0, 2 and 3 of the angle; 1.5 nm rms. */
function outOfRoundNm(bits: number, x: number, y: number): number {
  const square = x * x + y * y + 1e-9;
  const cos2 = (x * x - y * y) / square;
  const sin2 = (2 * x * y) / square;
  const root = Math.sqrt(square);
  const cos3 = (cos2 * x - sin2 * y) / root;
  const sin3 = (sin2 * x + cos2 * y) / root;
  const size = byteOf(bits, 0);
  const oval = byteOf(bits, 8) * cos2 + byteOf(bits, 16) * sin2;
  const triangle = byteOf(bits, 24) * (cos3 + sin3);
  return 1.5 * (size + oval + triangle);
}

/** -1 to 1. */
function byteOf(bits: number, shift: number): number {
  return ((bits >>> shift) & 255) / 127.5 - 1;
}

/** Few electrons leave the floor of a narrow opening. */
function floorYield(openingNm: number): number {
  return (0.86 * openingNm) / (openingNm + 45);
}

/** @param depth - How far outside of all openings the middle of a pixel lies, < 0 inside of one. */
function resistYield(depth: number, half: number, floor: number): number {
  const share = shareInside(depth, half);
  return floor + share * (topYield - floor) + edgeYield * edgeGlow(depth, half, edgeLengthNm);
}

const topYield = 1.15;
const edgeYield = 1.05;
const edgeLengthNm = 7;
