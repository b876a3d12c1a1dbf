/**
 * Share of a pixel that lies inside an edge: 0 to 1. Exact for a straight edge along the pixel.
 *
 * @param depthNm - How deep inside the edge the middle of the pixel lies, < 0 outside.
 * @param halfNm - Half the side of the pixel.
 */
export function shareInside(depthNm: number, halfNm: number): number {
  return Math.max(0, Math.min(1, 0.5 + depthNm / (2 * halfNm)));
}

/**
 * Mean over a pixel of exp(-depth / length) inside an edge and 0 outside: the bright rim of a
 * relief, where secondary electrons leave by the side wall as well. Exact for a straight edge
 * along the pixel.
 *
 * @param depthNm - As in {@link shareInside}, as `halfNm`.
 */
export function edgeGlow(depthNm: number, halfNm: number, lengthNm: number): number {
  if (depthNm <= -halfNm) return 0;
  const scale = lengthNm / (2 * halfNm);
  const end = Math.exp(-(depthNm + halfNm) / lengthNm);
  if (depthNm < halfNm) return scale * (1 - end);
  return scale * end * (Math.exp((2 * halfNm) / lengthNm) - 1);
}
