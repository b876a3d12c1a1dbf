/** Less than this part of the sharpness that was there before is worse, if noise cannot have done it. */
const worseFraction = 0.7;
const standardErrors = 4;

/**
 * True where a frame is less sharp than an earlier one of the same place beyond doubt: tile by tile,
 * so that what the specimen is like in each cancels.
 *
 * @param now - As `sharpnessTiles` measures them, of frames of one size, dwell time and pixel size.
 */
export function isClearlyBlurrier(now: readonly number[], before: readonly number[]): boolean {
  if (sum(now) >= worseFraction * sum(before)) return false;
  const changes = now.map((value, i) => value - (before[i] ?? 0));
  const mean = sum(changes) / changes.length;
  const variance = sum(changes.map((change) => (change - mean) ** 2)) / (changes.length - 1);
  return -mean > standardErrors * Math.sqrt(variance / changes.length);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
