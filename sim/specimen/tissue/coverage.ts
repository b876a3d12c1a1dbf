/**
 * Share of a pixel that lies between two distances from a line; exact where the line is straight
 * and parallel to the pixel's edge.
 *
 * @param distance - Of the pixel's centre from the line, in nm; signed.
 * @param half - Half the pixel's side, in nm.
 * @param perPixel - One over the pixel's side, in 1/nm.
 */
export function band(
  distance: number,
  from: number,
  to: number,
  half: number,
  perPixel: number,
): number {
  const low = Math.max(distance - half, from);
  const high = Math.min(distance + half, to);
  return high > low ? (high - low) * perPixel : 0;
}

/** 0 up to `from`, 1 from `to` on, linear between. */
export function ramp(value: number, from: number, to: number): number {
  return value <= from ? 0 : value >= to ? 1 : (value - from) / (to - from);
}

/** The smaller of two, with the corner between them rounded over `width`. */
export function roundedMin(a: number, b: number, width: number): number {
  const overlap = Math.max(0, width - Math.abs(a - b));
  return Math.min(a, b) - (overlap * overlap) / (4 * width);
}
