/**
 * An effect above this is no chance: once in 30 000 series of frames that show nothing. So many are
 * needed, as one search looks at a dozen series.
 */
export const significantEffect = 4;

/**
 * Whether the sharpness of a series of frames varies by more than its scatter: the F test of the
 * two-way analysis of variance without replication, frames against tiles.
 *
 * What a tile has of its own, its structure, cancels: as a difference, and where all values are above
 * 0, so that nothing drowns in noise, as a factor (each tile is then divided by its mean). What is left over once the means of frames and
 * tiles are taken out is noise, or structure that answers to focus in its own way; either makes the
 * test more careful. No frame has to be exposed twice.
 *
 * @param series - Frames, at least 2 frames with the values of the same tiles, at least 2.
 * @returns how many standard deviations of a normal distribution the F ratio amounts to, by the
 *   cube-root approximation; 0 for values without any scatter.
 * @see E. Paulson 1942, An approximate normalization of the analysis of variance distribution, Ann.
 *   Math. Stat. 13.
 */
export function frameEffect(series: readonly (readonly number[])[]): number {
  const tileCount = series[0]?.length ?? 0;
  if (series.length < 2 || tileCount < 2 || series.some(({ length }) => length !== tileCount)) {
    throw new RangeError(
      `frames must be at least 2 lists of equally many values, at least 2. Received lists of ${series.map(({ length }) => length).join(', ')}`,
    );
  }
  const frames = relativeToTiles(series);
  const frameMeans = frames.map(meanOf);
  const tileMeans = Array.from({ length: tileCount }, (_, tile) =>
    meanOf(frames.map((values) => values[tile]!)),
  );
  const grand = meanOf(frameMeans);
  const between = tileCount * frameMeans.reduce((sum, mean) => sum + (mean - grand) ** 2, 0);
  let within = 0;
  frames.forEach((values, frame) => {
    values.forEach((value, tile) => {
      within += (value - frameMeans[frame]! - tileMeans[tile]! + grand) ** 2;
    });
  });
  const frameFreedom = frames.length - 1;
  const restFreedom = frameFreedom * (tileCount - 1);
  if (within === 0) return between === 0 ? 0 : Number.POSITIVE_INFINITY;
  const root = Math.cbrt(between / frameFreedom / (within / restFreedom));
  const a = 2 / (9 * frameFreedom);
  const b = 2 / (9 * restFreedom);
  return ((1 - b) * root - (1 - a)) / Math.sqrt(b * root * root + a);
}

function relativeToTiles(series: readonly (readonly number[])[]): readonly (readonly number[])[] {
  if (!series.every((tiles) => tiles.every((value) => value > 0))) return series;
  const means = series[0]!.map((_, tile) => meanOf(series.map((tiles) => tiles[tile]!)));
  return series.map((tiles) => tiles.map((value, tile) => value / means[tile]!));
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
