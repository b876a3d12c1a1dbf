import {
  interpolationKernel,
  leadingTaps,
  phaseBits,
  phasesPerPx,
  taps,
} from './interpolationKernel.ts';
import type { ScanDisplacement } from './scanDisplacement.ts';

/** No phase is this, so that the first pixel fetches its weights. */
const noPhase = 2 ** 30;

/** Margin that {@link resampleFrame} needs around a frame, px; 0 where nothing moves. */
export function resamplePaddingPx(displacement: ScanDisplacement): number {
  return displacement.isZero ? 0 : Math.ceil(displacement.largestPx) + taps / 2;
}

/**
 * A frame as the displaced beam sees it: the value of `padded` at (x + dx, y + dy) for every pixel.
 *
 * In two passes, down the columns and then along the row, each with the windowed sinc of
 * {@link interpolationKernel}, whose errors are stated there. The first pass takes dy of the pixel
 * that will come to lie in the column. Overshoot below 0 is cut off: yields are not negative.
 *
 * @param padded - Yields, row-major, with `padPx` pixels more on every side than the frame.
 * @param padPx - At least {@link resamplePaddingPx}.
 * @returns yields of the frame, row-major. A copy of its part of `padded` where nothing moves.
 */
export function resampleFrame(
  padded: Float32Array,
  paddedWidth: number,
  paddedHeight: number,
  padPx: number,
  displacement: ScanDisplacement,
): Float32Array {
  const { width, height } = displacement;
  assertPadding(padded, paddedWidth, paddedHeight, padPx, displacement);
  const out = new Float32Array(width * height);
  if (displacement.isZero) {
    for (let y = 0; y < height; y++) {
      const start = (y + padPx) * paddedWidth + padPx;
      out.set(padded.subarray(start, start + width), y * width);
    }
    return out;
  }
  const kernel = interpolationKernel();
  const margin = resamplePaddingPx(displacement);
  const dx = new Float32Array(width);
  const dy = new Float32Array(width);
  const phases = new Int32Array(width + 2 * margin);
  // The row after the first pass, `margin` pixels wider on both sides.
  const line = new Float32Array(width + 2 * margin);
  for (let y = 0; y < height; y++) {
    displacement.row(y, dx, dy);
    phasesOfColumns(dx, dy, margin, phases);
    interpolateDown(padded, paddedWidth, padPx - margin, y + padPx, phases, kernel, line);
    for (let x = 0; x < width; x++) phases[x] = Math.floor(dx[x]! * phasesPerPx + 0.5);
    interpolateAlong(line, margin, phases, kernel, out, y * width, width);
  }
  return out;
}

/**
 * In whole phases, the dy of what lies in each column of `line`: of the x for which x + dx(x) is the
 * column, between the two nearest pixels. Beyond the ends of the row as at the ends.
 */
function phasesOfColumns(
  dx: Float32Array,
  dy: Float32Array,
  margin: number,
  out: Int32Array,
): void {
  const last = dx.length - 1;
  let left = 0;
  for (let i = 0; i < out.length; i++) {
    const column = i - margin;
    while (left + 1 < last && left + 1 + dx[left + 1]! <= column) left++;
    const right = Math.min(last, left + 1);
    const share = (column - left - dx[left]!) / (1 + dx[right]! - dx[left]!);
    const between = dy[left]! + Math.max(0, Math.min(1, share)) * (dy[right]! - dy[left]!);
    out[i] = Math.floor(between * phasesPerPx + 0.5);
  }
}

/** First pass: one row of `line.length` values from the rows around row `y`. */
function interpolateDown(
  padded: Float32Array,
  paddedWidth: number,
  firstColumn: number,
  y: number,
  phases: Int32Array,
  kernel: Float64Array,
  line: Float32Array,
): void {
  const start = (y - leadingTaps) * paddedWidth + firstColumn;
  let phase = noPhase;
  let from = 0;
  let w0 = 0;
  let w1 = 0;
  let w2 = 0;
  let w3 = 0;
  let w4 = 0;
  let w5 = 0;
  let w6 = 0;
  let w7 = 0;
  for (let i = 0; i < line.length; i++) {
    if (phases[i]! !== phase) {
      phase = phases[i]!;
      from = start + (phase >> phaseBits) * paddedWidth;
      const k = (phase & (phasesPerPx - 1)) * taps;
      w0 = kernel[k]!;
      w1 = kernel[k + 1]!;
      w2 = kernel[k + 2]!;
      w3 = kernel[k + 3]!;
      w4 = kernel[k + 4]!;
      w5 = kernel[k + 5]!;
      w6 = kernel[k + 6]!;
      w7 = kernel[k + 7]!;
    }
    let at = from + i;
    let sum = w0 * padded[at]!;
    at += paddedWidth;
    sum += w1 * padded[at]!;
    at += paddedWidth;
    sum += w2 * padded[at]!;
    at += paddedWidth;
    sum += w3 * padded[at]!;
    at += paddedWidth;
    sum += w4 * padded[at]!;
    at += paddedWidth;
    sum += w5 * padded[at]!;
    at += paddedWidth;
    sum += w6 * padded[at]!;
    at += paddedWidth;
    line[i] = sum + w7 * padded[at]!;
  }
}

/** Second pass: `width` values of the frame from `line`, which begins `margin` pixels before them. */
function interpolateAlong(
  line: Float32Array,
  margin: number,
  phases: Int32Array,
  kernel: Float64Array,
  out: Float32Array,
  outStart: number,
  width: number,
): void {
  const start = margin - leadingTaps;
  let phase = noPhase;
  let from = 0;
  let w0 = 0;
  let w1 = 0;
  let w2 = 0;
  let w3 = 0;
  let w4 = 0;
  let w5 = 0;
  let w6 = 0;
  let w7 = 0;
  for (let i = 0; i < width; i++) {
    if (phases[i]! !== phase) {
      phase = phases[i]!;
      from = start + (phase >> phaseBits);
      const k = (phase & (phasesPerPx - 1)) * taps;
      w0 = kernel[k]!;
      w1 = kernel[k + 1]!;
      w2 = kernel[k + 2]!;
      w3 = kernel[k + 3]!;
      w4 = kernel[k + 4]!;
      w5 = kernel[k + 5]!;
      w6 = kernel[k + 6]!;
      w7 = kernel[k + 7]!;
    }
    const at = from + i;
    const value =
      w0 * line[at]! +
      w1 * line[at + 1]! +
      w2 * line[at + 2]! +
      w3 * line[at + 3]! +
      w4 * line[at + 4]! +
      w5 * line[at + 5]! +
      w6 * line[at + 6]! +
      w7 * line[at + 7]!;
    out[outStart + i] = Math.max(0, value);
  }
}

function assertPadding(
  padded: Float32Array,
  paddedWidth: number,
  paddedHeight: number,
  padPx: number,
  displacement: ScanDisplacement,
): void {
  const { width, height } = displacement;
  const isWhole =
    paddedWidth === width + 2 * padPx &&
    paddedHeight === height + 2 * padPx &&
    padded.length === paddedWidth * paddedHeight;
  if (!isWhole) {
    throw new RangeError(
      `padded must be ${width} x ${height} px and ${padPx} px more on every side. ` +
        `Received ${paddedWidth} x ${paddedHeight} px`,
    );
  }
  const needed = resamplePaddingPx(displacement);
  if (padPx < needed) {
    throw new RangeError(`padPx must be at least ${needed} px. Received ${padPx}`);
  }
}
