import type { Rectangle } from '../../harness/microscope/index.ts';
import type { HalfImages } from './halfImages.ts';

/**
 * Mean of the squared differences across `lag` bins, in x and in y: the structure function.
 *
 * @param part - Wider and higher than `lag`.
 * @returns grey squared, sum of the two directions; free of noise bias.
 */
export function differenceEnergy(halves: HalfImages, part: Rectangle, lag: number): number {
  const { width: columns, even, odd } = halves;
  const { x: left, y: top, width, height } = part;
  let alongX = 0;
  for (let y = top; y < top + height; y++) {
    for (let i = y * columns + left, end = i + width - lag; i < end; i++) {
      alongX += (even[i + lag]! - even[i]!) * (odd[i + lag]! - odd[i]!);
    }
  }
  let alongY = 0;
  const step = lag * columns;
  for (let y = top; y < top + height - lag; y++) {
    for (let i = y * columns + left, end = i + width; i < end; i++) {
      alongY += (even[i + step]! - even[i]!) * (odd[i + step]! - odd[i]!);
    }
  }
  return alongX / ((width - lag) * height) + alongY / (width * (height - lag));
}
