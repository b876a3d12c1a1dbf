/** Planes are this close together near the focus ... */
const leastSpacingUm = 0.25;
/** ... and, far from it, by this share of their defocus. */
const relativeSpacing = 0.1;

/**
 * The planes of focus in which a specimen of uneven height is rendered, ascending; a single one,
 * exactly at the height, for a flat specimen.
 *
 * A pixel between two planes z and z + h shows a mixture of both. Its blur has a variance too
 * large by at most NA^2/4 * h^2/4. With a spacing h of sqrt(0.25^2 + (0.1 z)^2) um that is less
 * than (NA * 0.0625 um)^2, 0.3 nm^2 at 8.74 mrad, beside the 12 nm^2 of a spot in focus, plus
 * 0.25 % of the variance of the defocus itself.
 *
 * @param zUm - Defocus where the height is 0.
 * @param lowestUm - Smallest height, added to `zUm`. @param highestUm - Largest height.
 * @returns defocus of every plane, um.
 */
export function focalPlanes(zUm: number, lowestUm: number, highestUm: number): number[] {
  if (highestUm === lowestUm) return [zUm + lowestUm];
  // z = scale sinh(relativeSpacing u) has that spacing for equal steps of 1 in u.
  const scale = leastSpacingUm / relativeSpacing;
  const from = Math.asinh((zUm + lowestUm) / scale) / relativeSpacing;
  const to = Math.asinh((zUm + highestUm) / scale) / relativeSpacing;
  const steps = Math.max(1, Math.ceil(to - from));
  return Array.from({ length: steps + 1 }, (_, i) => {
    if (i === 0) return zUm + lowestUm;
    if (i === steps) return zUm + highestUm;
    return scale * Math.sinh(relativeSpacing * (from + ((to - from) * i) / steps));
  });
}
