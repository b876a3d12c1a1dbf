import ndarray from 'ndarray';
import type { GreyPixels } from '../../microscope/index.ts';
import { RandomStream } from '../../numeric/index.ts';
import { CellGrid } from './CellGrid.ts';
import type { BodyMask } from './clippedBodies.ts';
import type { FramePair } from './FramePair.ts';
import { noiseSdOf } from './noiseRatio.ts';

/** Over how much a frame goes over into what fills a body, px: networks are trained with it. */
export const fillRisePx = 30;
/** Side of the cells that the surroundings are averaged in, px. */
const cellPx = 4;
/** Half a box of the smoothing, in cells, and how often it is done: a standard deviation of 30 px. */
const halfBox = 6;
const boxes = 4;
/** How much the mean of the frame counts in the middle of a body that nothing surrounds. */
const leastWeight = 1e-3;

/**
 * A pair whose clipped bodies are filled with their smooth surroundings and noise as strong as the frame's:
 * for estimators that look at pixels, which a window cannot take a body from.
 *
 * @param shiftPx - As the bodies were looked for with.
 */
export function fillBodies(
  { under, over }: FramePair,
  bodies: BodyMask,
  shiftPx: { readonly x: number; readonly y: number },
): FramePair {
  return {
    under: filled(under, bodies, { x: 0, y: 0 }, 'under'),
    over: filled(over, bodies, shiftPx, 'over'),
  };
}

function filled(
  frame: GreyPixels,
  bodies: BodyMask,
  shift: { readonly x: number; readonly y: number },
  name: string,
): GreyPixels {
  const [height = 0, width = 0] = frame.shape;
  const [strideY = 0, strideX = 0] = frame.stride;
  const { data, offset } = frame;
  const weights = bodies.weightsOf({ x: -shift.x, y: -shift.y, width, height });
  if (weights === undefined) return frame;
  const lineAround = surroundings(frame, weights).lines(0, width);
  const noiseSd = noiseSdOf(frame);
  const random = new RandomStream(0, 'bodies', name);
  const isDeep = data instanceof Uint16Array;
  const largest = isDeep ? 65_535 : 255;
  const out = isDeep ? new Uint16Array(width * height) : new Uint8Array(width * height);
  for (let y = 0, to = 0; y < height; y++) {
    const around = lineAround(y);
    let from = offset + y * strideY;
    for (let x = 0; x < width; x++, to++, from += strideX) {
      const weight = weights[to]!;
      const grey = data[from]!;
      if (weight === 1) {
        out[to] = grey;
        continue;
      }
      // Noise of the frame and noise that is added make as much as anywhere.
      const noise = noiseSd * Math.sqrt(1 - weight * weight) * random.normal();
      const value = weight * grey + (1 - weight) * around[x]! + noise;
      out[to] = Math.min(Math.max(Math.round(value), 0), largest);
    }
  }
  return ndarray(out, [height, width]) as GreyPixels;
}

/** The weighted mean of what lies around every cell. */
function surroundings(
  { data, shape, stride, offset }: GreyPixels,
  weights: Float32Array,
): CellGrid {
  const [height = 0, width = 0] = shape;
  const [strideY = 0, strideX = 0] = stride;
  const columns = Math.ceil(width / cellPx);
  const rows = Math.ceil(height / cellPx);
  let grey: Float32Array = new Float32Array(columns * rows);
  let share: Float32Array = new Float32Array(columns * rows);
  let [sum, total] = [0, 0];
  for (let y = 0, i = 0; y < height; y++) {
    const row = Math.floor(y / cellPx) * columns;
    let from = offset + y * strideY;
    for (let x = 0; x < width; x++, i++, from += strideX) {
      const cell = row + Math.floor(x / cellPx);
      const weight = weights[i]!;
      grey[cell]! += weight * data[from]!;
      share[cell]! += weight;
      sum += weight * data[from]!;
      total += weight;
    }
  }
  const mean = total > 0 ? sum / total : 0;
  for (let pass = 0; pass < boxes; pass++) {
    grey = boxed(boxed(grey, columns, rows, 1, columns), rows, columns, columns, 1);
    share = boxed(boxed(share, columns, rows, 1, columns), rows, columns, columns, 1);
  }
  const mixed = grey.map(
    (value, cell) => (value + leastWeight * mean) / (share[cell]! + leastWeight),
  );
  return new CellGrid(mixed, columns, rows, cellPx);
}

/** Means over boxes along lines of `length` values, `step` apart; beyond the ends nothing is counted. */
function boxed(
  values: Float32Array,
  length: number,
  lines: number,
  step: number,
  lineStep: number,
): Float32Array {
  const out = new Float32Array(values.length);
  const size = 2 * halfBox + 1;
  for (let line = 0; line < lines; line++) {
    const start = line * lineStep;
    let sum = 0;
    for (let i = 0; i < Math.min(halfBox, length); i++) sum += values[start + i * step]!;
    for (let i = 0; i < length; i++) {
      if (i + halfBox < length) sum += values[start + (i + halfBox) * step]!;
      if (i - halfBox > 0) sum -= values[start + (i - halfBox - 1) * step]!;
      out[start + i * step] = sum / size;
    }
  }
  return out;
}
