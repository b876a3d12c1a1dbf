import type { GreyImage } from '../../../harness/numeric/index.ts';

/** How one frame differs in brightness from the others of the same place and focus. */
export interface FrameChange {
  /** At mid scale, grey. */
  readonly stepGrey: number;
  readonly contrastPercent: number;
  /** Peak to peak of what is left, averaged along the rows and smoothed down the frame, grey. */
  readonly waveGrey: number;
}

/** Averaged over squares of this side, noise and a shift by a pixel hardly matter. */
const squarePx = 8;
/** Squares that may hold clipped pixels are left out. */
const greyRange = [60, 210] as const;
/** Standard deviation of the Gaussian that smooths the wave, in frames. */
const smoothingFrames = 0.05;

/**
 * Fits each frame by the mean of the others, grey = a + b * mean, and looks at the rest row by row.
 * With n frames a fit holds the changes of n/(n-1) times the variance of one; that is taken off.
 *
 * @param frames - At least two of one place, of equal size.
 */
export function frameToFrame(frames: readonly GreyImage[]): FrameChange[] {
  const squares = frames.map(meansOfSquares);
  const count = frames.length;
  const share = Math.sqrt(count / (count - 1));
  const { columns } = squares[0]!;
  const total = Float64Array.from(squares[0]!.means, (_, i) =>
    squares.reduce((sum, { means }) => sum + means[i]!, 0),
  );
  return squares.map(({ means }) => {
    const others = total.map((sum, i) => (sum - means[i]!) / (count - 1));
    const used = (i: number) => others[i]! > greyRange[0] && others[i]! < greyRange[1];
    const { offset, gain } = straightLine(others, means, used);
    const rows = Array.from({ length: means.length / columns }, (_, row) => {
      let [sum, weight] = [0, 0];
      for (let i = row * columns; i < (row + 1) * columns; i++) {
        if (!used(i)) continue;
        sum += means[i]! - offset - gain * others[i]!;
        weight += 1;
      }
      return { sum, weight };
    });
    const wave = smoothed(rows);
    return {
      stepGrey: (offset + (gain - 1) * 127.5) / share,
      contrastPercent: (100 * (gain - 1)) / share,
      waveGrey: (Math.max(...wave) - Math.min(...wave)) / share,
    };
  });
}

function meansOfSquares({ width, height, data }: GreyImage) {
  const columns = Math.floor(width / squarePx);
  const rows = Math.floor(height / squarePx);
  const means = new Float64Array(columns * rows);
  for (let y = 0; y < rows * squarePx; y++) {
    for (let x = 0; x < columns * squarePx; x++) {
      const at = Math.floor(y / squarePx) * columns + Math.floor(x / squarePx);
      means[at]! += data[y * width + x]! / squarePx ** 2;
    }
  }
  return { columns, means };
}

function straightLine(xs: Float64Array, ys: Float64Array, used: (i: number) => boolean) {
  let [n, x, y, xx, xy] = [0, 0, 0, 0, 0];
  for (let i = 0; i < xs.length; i++) {
    if (!used(i)) continue;
    n += 1;
    x += xs[i]!;
    y += ys[i]!;
    xx += xs[i]! ** 2;
    xy += xs[i]! * ys[i]!;
  }
  const gain = (n * xy - x * y) / (n * xx - x * x);
  return { gain, offset: (y - gain * x) / n };
}

function smoothed(rows: readonly { readonly sum: number; readonly weight: number }[]): number[] {
  const sd = smoothingFrames * rows.length;
  return rows.map((_, at) => {
    let [sum, weight] = [0, 0];
    for (const [i, row] of rows.entries()) {
      const near = Math.exp(-0.5 * ((i - at) / sd) ** 2);
      sum += near * row.sum;
      weight += near * row.weight;
    }
    return sum / weight;
  });
}
