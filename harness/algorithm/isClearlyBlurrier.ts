/** Less than this part of the sharpness that was there before is worse, if noise cannot have done it. */
const worseFraction = 0.7;
const standardErrors = 4;

/**
 * True where a frame is less sharp than another one of the same place by more than noise. Blur takes about the
 * same part of the sharpness of every tile, however much structure it has: what a tile has more or less than this
 * part is the noise.
 *
 * @param now - As `sharpnessTiles` measures them, of frames of one size, dwell time and pixel size.
 */
export function isBlurrier(now: readonly number[], before: readonly number[]): boolean {
  const part = sum(now) / sum(before);
  const rests = now.map((value, i) => value - part * (before[i] ?? 0));
  const variance = sum(rests.map((rest) => rest ** 2)) / (rests.length - 1);
  const meanChange = (sum(before) - sum(now)) / now.length;
  return meanChange > standardErrors * Math.sqrt(variance / rests.length);
}

/** True where a frame is less sharp by more than noise, and by so much that it matters. */
export function isClearlyBlurrier(now: readonly number[], before: readonly number[]): boolean {
  return sum(now) < worseFraction * sum(before) && isBlurrier(now, before);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
