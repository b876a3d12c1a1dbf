import { ConfigError, type Rectangle } from '../../harness/microscope/index.ts';
import { nextFftLength } from '../../harness/numeric/index.ts';

/** What `auto` stands for: the largest patch chosen, px, and the largest number of them. */
export interface AutoLayout {
  readonly largestSidePx: number;
  readonly largestCount: number;
}

/**
 * Several patches of this side cover a frame better than one of 768 px, whose one dark body can
 * outweigh all the rest.
 */
export const usualLayout: AutoLayout = { largestSidePx: 384, largestCount: 16 };
const smallestSidePx = 64;

/** How many patches of which side an estimator looks at. */
export interface PatchRequest {
  /** px; a permitted FFT length, or `auto` for the largest one that fits, up to a limit. */
  readonly patchSidePx: number | 'auto';
  /** Number of patches, or `auto` for as many as fit side by side, up to a limit. */
  readonly patches: number | 'auto';
}

/**
 * Square patches spread evenly over a frame on a regular grid; they overlap only where the frame
 * is too small for so many.
 *
 * @throws ConfigError if the frame is smaller than one patch, naming both sizes.
 */
export function patchLayout(
  width: number,
  height: number,
  request: PatchRequest,
  auto: AutoLayout = usualLayout,
): Rectangle[] {
  const shortSide = Math.min(width, height);
  const side =
    request.patchSidePx === 'auto'
      ? Math.min(auto.largestSidePx, largestFftLength(shortSide))
      : request.patchSidePx;
  if (shortSide < smallestSidePx) {
    throw new ConfigError(
      `an image must be at least ${smallestSidePx} px wide and high. Received ${width} x ${height} px`,
    );
  }
  if (side > shortSide || side < smallestSidePx) {
    throw new ConfigError(
      `patchSidePx must be in [${smallestSidePx}, ${shortSide}] for a ${width} x ${height} px image. Received ${side}`,
      { hint: 'choose a smaller patch or a larger frame' },
    );
  }
  const fitting = Math.floor(width / side) * Math.floor(height / side);
  const count = request.patches === 'auto' ? Math.min(fitting, auto.largestCount) : request.patches;
  const { columns, rows } = gridFor(count, width, height);
  return Array.from({ length: count }, (_, i) => ({
    x: spread(i % columns, columns, width, side),
    y: spread(Math.floor(i / columns), rows, height, side),
    width: side,
    height: side,
  }));
}

/** The largest FFT length that is not above `limit`. */
function largestFftLength(limit: number): number {
  let length = 4;
  while (nextFftLength(length + 1) <= limit) length = nextFftLength(length + 1);
  return length;
}

/** The grid with room for `count` cells whose cells are closest to squares. */
function gridFor(count: number, width: number, height: number): { columns: number; rows: number } {
  let best = { columns: count, rows: 1, badness: Infinity };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const empty = columns * rows - count;
    const badness = Math.abs(Math.log((width * rows) / (height * columns))) + empty;
    if (badness < best.badness) best = { columns, rows, badness };
  }
  return best;
}

/** Start of cell `i` of `count` along a side of `length`: patches centred in equal cells. */
function spread(i: number, count: number, length: number, side: number): number {
  const start = Math.round(((i + 0.5) * length) / count - side / 2);
  return Math.min(Math.max(start, 0), length - side);
}
