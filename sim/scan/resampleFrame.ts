import { resampleRows } from '../../harness/numeric/index.ts';
import { interpolationKernel, taps } from './interpolationKernel.ts';
import type { ScanDisplacement } from './scanDisplacement.ts';

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
  if (displacement.isZero) {
    const out = new Float32Array(width * height);
    for (let y = 0; y < height; y++) {
      const start = (y + padPx) * paddedWidth + padPx;
      out.set(padded.subarray(start, start + width), y * width);
    }
    return out;
  }
  return resampleRows({
    image: padded,
    width,
    height,
    padPx,
    marginPx: resamplePaddingPx(displacement),
    weights: interpolationKernel(),
    displacement: displacement.row,
  });
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
