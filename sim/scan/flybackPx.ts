/**
 * How far ahead of its nominal place the beam is at the start of a line, px, for the pixels where it
 * is at all.
 *
 * After the fly-back the beam starts from rest and is accelerated evenly until, after `share` of the
 * line, it has its nominal speed and place: x = L/2 + u^2 / (2 L) for u < L = share * width. So the
 * start of the line is stretched, and its first half of L is missing.
 */
export function flybackPx(width: number, share: number): Float32Array {
  const length = share * width;
  return Float32Array.from(
    { length: Math.ceil(length) },
    (_, u) => (length - u) ** 2 / (2 * length),
  );
}
