/** One position of a sweep, and how sharp the tiles of the frame were there. */
export interface SweepSample {
  readonly position: number;
  readonly tiles: readonly number[];
}

/** Where a sweep is sharpest. */
export interface SweepPeak {
  /** Between the outermost positions. */
  readonly position: number;
  /** One standard deviation, by leaving out one tile at a time. */
  readonly sd: number;
}

/** Samples on either side of the sharpest one that take part in the fit. */
const neighbours = 2;
/** Sharpness below this part of the largest says little about the peak. */
const leastPart = 0.02;

/**
 * The position of the peak of a sweep: a parabola through the sharpest sample and its neighbours.
 *
 * Fitted is one over the square root of the sharpness, which is close to quadratic in the blur over
 * a much wider range than the sharpness itself (energies of derivatives fall as a power of the blur).
 * Weights are those of equal scatter of the sharpness, so that blurred samples count for little. A
 * parabola that opens the wrong way, or two samples alone, leave the sharpest sample.
 *
 * @param samples - At least one, in any order.
 * @see M. E. Rudnaya et al. 2012, Defocus and twofold astigmatism correction in HAADF-STEM /
 *   derivative-based image quality measures: quadratic in a suitable variable of the blur.
 */
export function peakOfSweep(samples: readonly SweepSample[]): SweepPeak {
  const ascending = samples.toSorted((p, q) => p.position - q.position);
  const positions = ascending.map(({ position }) => position);
  const tileCount = ascending[0]?.tiles.length ?? 0;
  const sums = ascending.map(({ tiles }) => tiles.reduce((sum, value) => sum + value, 0));
  const position = peakPosition(positions, sums);
  let squares = 0;
  for (let left = 0; left < tileCount; left++) {
    const without = sums.map((sum, i) => sum - ascending[i]!.tiles[left]!);
    squares += (peakPosition(positions, without) - position) ** 2;
  }
  return { position, sd: Math.sqrt((squares * (tileCount - 1)) / Math.max(tileCount, 1)) };
}

function peakPosition(positions: readonly number[], sharpness: readonly number[]): number {
  const best = sharpness.indexOf(Math.max(...sharpness));
  const from = Math.max(0, best - neighbours);
  const to = Math.min(positions.length, best + neighbours + 1);
  const centre = positions[best]!;
  const scale = Math.max(
    Math.abs(positions[to - 1]! - centre),
    Math.abs(positions[from]! - centre),
  );
  const top = sharpness[best]!;
  if (to - from < 3 || !(top > 0)) return centre;
  // Weighted normal equations of a parabola in u.
  const moments = [0, 0, 0, 0, 0];
  const right = [0, 0, 0];
  for (let i = from; i < to; i++) {
    const part = Math.max(sharpness[i]! / top, leastPart);
    const weight = part ** 3;
    const u = (positions[i]! - centre) / scale;
    for (let power = 0; power <= 4; power++) moments[power]! += weight * u ** power;
    for (let power = 0; power <= 2; power++) right[power]! += weight * u ** power * part ** -0.5;
  }
  const [s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0] = moments;
  const [r0 = 0, r1 = 0, r2 = 0] = right;
  const slope = s0 * (r1 * s4 - r2 * s3) - r0 * (s1 * s4 - s2 * s3) + s2 * (s1 * r2 - s2 * r1);
  const curvature = s0 * (s2 * r2 - s3 * r1) - s1 * (s1 * r2 - s2 * r1) + r0 * (s1 * s3 - s2 * s2);
  const determinant =
    s0 * (s2 * s4 - s3 * s3) - s1 * (s1 * s4 - s2 * s3) + s2 * (s1 * s3 - s2 * s2);
  if (!(curvature / determinant > 0)) return centre;
  const u = -slope / (2 * curvature);
  const lowest = positions[from]!;
  const highest = positions[to - 1]!;
  return Math.min(Math.max(centre + u * scale, lowest), highest);
}
