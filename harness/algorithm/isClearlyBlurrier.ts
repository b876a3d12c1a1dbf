/** Less than this part of the sharpness that was there before is worse, if noise cannot have done it. */
const worseFraction = 0.7;
const standardErrors = 4;

/**
 * True where a frame is less sharp than another one of the same place by more than noise: tile by
 * tile, so that what the specimen is like in each cancels.
 *
 * @param now - As `sharpnessTiles` measures them, of frames of one size, dwell time and pixel size.
 */
export function isBlurrier(now: readonly number[], before: readonly number[]): boolean {
  const changes = now.map((value, i) => value - (before[i] ?? 0));
  const mean = sum(changes) / changes.length;
  const variance = sum(changes.map((change) => (change - mean) ** 2)) / (changes.length - 1);
  return -mean > standardErrors * Math.sqrt(variance / changes.length);
}

/** True where a frame is less sharp by more than noise, and by so much that it matters. */
export function isClearlyBlurrier(now: readonly number[], before: readonly number[]): boolean {
  return sum(now) < worseFraction * sum(before) && isBlurrier(now, before);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
