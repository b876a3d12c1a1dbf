/** Root mean square of an image in patch after patch, and how unevenly it is spread. */
export interface PatchContrast {
  readonly patchPx: number;
  /** 5, 50 and 95 % quantiles over the patches, in the image's own unit. */
  readonly p5: number;
  readonly median: number;
  readonly p95: number;
  readonly max: number;
  /** Share of patches below the limit asked for, 0..1. */
  readonly lowShare: number;
}

/**
 * @param band - Row-major `[height, width]`, of mean 0, such as a band-pass of an image.
 * @param patchPx - Side of the square patches; they tile the image from its upper left corner, and what
 *   is left over at the other edges is not used.
 * @param lowLimit - Patches of a smaller rms have little contrast.
 * @throws RangeError if no patch fits.
 */
export function patchContrast(
  band: Float32Array,
  width: number,
  height: number,
  patchPx: number,
  lowLimit: number,
): PatchContrast {
  const rms: number[] = [];
  for (let top = 0; top + patchPx <= height; top += patchPx) {
    for (let left = 0; left + patchPx <= width; left += patchPx) {
      let squares = 0;
      for (let row = top; row < top + patchPx; row++) {
        for (let column = left; column < left + patchPx; column++)
          squares += band[row * width + column]! ** 2;
      }
      rms.push(Math.sqrt(squares) / patchPx);
    }
  }
  if (rms.length === 0)
    throw new RangeError(`patchPx must fit into ${width} x ${height} px. Received ${patchPx}`);
  rms.sort((a, b) => a - b);
  return {
    patchPx,
    p5: quantile(rms, 0.05),
    median: quantile(rms, 0.5),
    p95: quantile(rms, 0.95),
    max: rms.at(-1)!,
    lowShare: rms.filter((value) => value < lowLimit).length / rms.length,
  };
}

/** Interpolated between neighbours of a sorted list. */
function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const next = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (place - below) * (sorted[next]! - sorted[below]!);
}
