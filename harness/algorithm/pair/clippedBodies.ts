import type { GreyPixels, Rectangle } from '../../microscope/index.ts';
import { CellGrid } from './CellGrid.ts';
import type { FramePair } from './FramePair.ts';
import { noiseSdOf } from './noiseRatio.ts';

/** Side of the cells in which bodies are looked for and distances are known, px. */
const cellPx = 2;
/** A cell belongs to a body where more of the pixels around it are clipped. */
const clippedShare = 0.4;
/** Up to this distance from a body nothing counts, px. */
const innerPx = 15;
/**
 * By how much a clipped pixel may lie above the darkest one, grey. Where the noise is less, every even part of
 * a specimen would count as clipped.
 */
const step = { uint8: 1, uint16: 257 };

/**
 * Where a pair shows what its frames do not hold: bodies darker than black, and what blur carries out of
 * them. A weight from 0 to 1 for every pixel of the under frame.
 */
export class BodyMask {
  readonly #weights: CellGrid;

  constructor(weights: CellGrid) {
    this.#weights = weights;
  }

  /**
   * The weights of a part of the frame, row by row; undefined where all of them are 1. Beyond its border
   * those of the border are held.
   *
   * @param stepPx - Side of the squares, as many as fit, in whose middles they are wanted.
   */
  weightsOf({ x, y, width, height }: Rectangle, stepPx = 1): Float32Array | undefined {
    const [columns, rows] = [Math.floor(width / stepPx), Math.floor(height / stepPx)];
    const out = new Float32Array(columns * rows);
    const lineOf = this.#weights.lines(x, columns, stepPx);
    for (let row = 0; row < rows; row++) out.set(lineOf(y + row * stepPx), row * columns);
    return out.every((weight) => weight === 1) ? undefined : out;
  }
}

/**
 * The bodies that are clipped at black in either frame of a pair, with a margin for their blur.
 *
 * What is darker than black is lost, so that the two frames are no longer one specimen seen through two
 * probes: bodies of this kind moved spectral estimates of a real pair by several um. Single dark
 * pixels are noise and do not count: a body is where 40 % of some 20 pixels are as dark as the
 * darkest.
 *
 * @param shiftPx - Whole px by which the content of the over frame is moved against the under frame.
 * @param risePx - From where nothing counts to where everything does.
 * @returns undefined where there are none.
 */
export function clippedBodies(
  { under, over }: FramePair,
  shiftPx: { readonly x: number; readonly y: number },
  risePx: number,
): BodyMask | undefined {
  const [height = 0, width = 0] = under.shape;
  const [columns, rows] = [Math.ceil(width / cellPx), Math.ceil(height / cellPx)];
  const isBody = new Uint8Array(columns * rows);
  const inUnder = markBodies(under, isBody, { columns, rows }, { x: 0, y: 0 });
  const inOver = markBodies(over, isBody, { columns, rows }, shiftPx);
  if (!inUnder && !inOver) return undefined;
  const weights = weightsFrom(isBody, { columns, rows }, risePx);
  return new BodyMask(new CellGrid(weights, columns, rows, cellPx));
}

interface Cells {
  readonly columns: number;
  readonly rows: number;
}

/** Marks the cells of the under frame that a frame shows as bodies; says whether there are any. */
function markBodies(
  frame: GreyPixels,
  isBody: Uint8Array,
  { columns, rows }: Cells,
  shift: { readonly x: number; readonly y: number },
): boolean {
  const { data, shape, stride, offset } = frame;
  const above = data instanceof Uint16Array ? step.uint16 : step.uint8;
  if (noiseSdOf(frame) < above) return false;
  const [height = 0, width = 0] = shape;
  const [strideY = 0, strideX = 0] = stride;
  let darkest = Number.POSITIVE_INFINITY;
  for (let y = 0; y < height; y++) {
    let at = offset + y * strideY;
    for (let x = 0; x < width; x++, at += strideX) if (data[at]! < darkest) darkest = data[at]!;
  }
  const limit = darkest + above;
  const share = new Float32Array(columns * rows);
  for (let y = 0; y < height; y++) {
    const row = Math.floor(y / cellPx) * columns;
    let at = offset + y * strideY;
    for (let x = 0; x < width; x++, at += strideX) {
      if (data[at]! <= limit) share[row + Math.floor(x / cellPx)]! += 1 / cellPx ** 2;
    }
  }
  // Twice: a standard deviation of 2 px.
  const smooth = smoothed(smoothed(share, columns, rows), columns, rows);
  const [moveX, moveY] = [Math.round(shift.x / cellPx), Math.round(shift.y / cellPx)];
  let any = false;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if (!(smooth[row * columns + column]! > clippedShare)) continue;
      const [toColumn, toRow] = [column - moveX, row - moveY];
      if (toColumn < 0 || toColumn >= columns || toRow < 0 || toRow >= rows) continue;
      isBody[toRow * columns + toColumn] = 1;
      any = true;
    }
  }
  return any;
}

/** 1/4, 1/2, 1/4 along both axes, the border held. */
function smoothed(values: Float32Array, columns: number, rows: number): Float32Array {
  const along = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    for (let column = 0; column < columns; column++) {
      const at = start + column;
      const before = column === 0 ? at : at - 1;
      const after = column === columns - 1 ? at : at + 1;
      along[at] = values[at]! / 2 + (values[before]! + values[after]!) / 4;
    }
  }
  const out = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    const above = row === 0 ? 0 : -columns;
    const below = row === rows - 1 ? 0 : columns;
    for (let at = row * columns; at < (row + 1) * columns; at++) {
      out[at] = along[at]! / 2 + (along[at + above]! + along[at + below]!) / 4;
    }
  }
  return out;
}

/** Weight of every cell by its distance to the nearest body. */
function weightsFrom(isBody: Uint8Array, { columns, rows }: Cells, risePx: number): Float32Array {
  const farthest = Math.ceil((innerPx + risePx) / cellPx);
  const squares = rowDistances(isBody, columns, farthest).map((cells) => cells * cells);
  // By the square of the distance, which is a whole number.
  const weightAt = Float32Array.from({ length: farthest * farthest + 1 }, (_, square) => {
    const part = (cellPx * Math.sqrt(square) - innerPx) / risePx;
    return part >= 1 ? 1 : part <= 0 ? 0 : 0.5 - 0.5 * Math.cos(Math.PI * part);
  });
  const weights = new Float32Array(isBody.length).fill(1);
  // Rows whose parabola is the lowest from `starts` on: the lower envelope of Felzenszwalb and Huttenlocher,
  // Theory of Computing 8 (2012), 415.
  const lowest = new Int32Array(rows);
  const starts = new Float64Array(rows + 1);
  for (let column = 0; column < columns; column++) {
    let last = -1;
    for (let row = 0, at = column; row < rows; row++, at += columns) {
      const square = squares[at]!;
      if (square === farthest * farthest) continue;
      let start = Number.NEGATIVE_INFINITY;
      while (last >= 0) {
        const other = lowest[last]!;
        const apart = square - squares[other * columns + column]! + row * row - other * other;
        start = apart / (2 * (row - other));
        if (start > starts[last]!) break;
        last--;
        start = Number.NEGATIVE_INFINITY;
      }
      lowest[++last] = row;
      starts[last] = start;
    }
    if (last < 0) continue;
    starts[last + 1] = Number.POSITIVE_INFINITY;
    for (let row = 0, at = column, piece = 0; row < rows; row++, at += columns) {
      while (starts[piece + 1]! < row) piece++;
      const other = lowest[piece]!;
      const square = squares[other * columns + column]! + (row - other) * (row - other);
      if (square < farthest * farthest) weights[at] = weightAt[square]!;
    }
  }
  return weights;
}

/** Cells to the nearest body of the same row, at most `farthest`. */
function rowDistances(isBody: Uint8Array, columns: number, farthest: number): Int32Array {
  const out = new Int32Array(isBody.length);
  for (let start = 0; start < isBody.length; start += columns) {
    let since = farthest;
    for (let at = start; at < start + columns; at++) {
      since = isBody[at] === 1 ? 0 : Math.min(since + 1, farthest);
      out[at] = since;
    }
    since = farthest;
    for (let at = start + columns - 1; at >= start; at--) {
      since = isBody[at] === 1 ? 0 : Math.min(since + 1, farthest);
      out[at] = Math.min(out[at]!, since);
    }
  }
  return out;
}
