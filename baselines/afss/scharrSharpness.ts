import type { GreyImage } from '../../harness/numeric/index.ts';

/**
 * Mean size of the Scharr gradient inside a circle around the middle whose radius is a third of the
 * height, over the standard deviation of the image.
 *
 * The division takes a change of contrast between frames for what it is; SBEMimage, whose detectors
 * have none, compares the bare mean.
 *
 * @param image - Wider than two thirds of its height.
 * @returns 1/px; 0 for an image without contrast.
 * @see SBEMimage/SBEMimage (automated focus and stigmation series, 2025); H. Scharr 2000 (weights
 *   3, 10, 3).
 */
export function scharrSharpness({ width, height, data }: GreyImage): number {
  const radius = height / 3;
  const middleX = (width - 1) / 2;
  const middleY = (height - 1) / 2;
  let sum = 0;
  let count = 0;
  for (
    let y = Math.max(1, Math.ceil(middleY - radius));
    y <= Math.min(height - 2, middleY + radius);
    y++
  ) {
    const half = Math.sqrt(radius ** 2 - (y - middleY) ** 2);
    for (
      let x = Math.max(1, Math.ceil(middleX - half));
      x <= Math.min(width - 2, middleX + half);
      x++
    ) {
      const i = y * width + x;
      const [above, below] = [i - width, i + width];
      const gx =
        3 * (data[above + 1]! - data[above - 1]! + data[below + 1]! - data[below - 1]!) +
        10 * (data[i + 1]! - data[i - 1]!);
      const gy =
        3 * (data[below - 1]! - data[above - 1]! + data[below + 1]! - data[above + 1]!) +
        10 * (data[below]! - data[above]!);
      // 16 on either side, 2 px apart.
      sum += Math.sqrt(gx * gx + gy * gy) / 32;
      count++;
    }
  }
  const sd = standardDeviation(data);
  return sd > 0 && count > 0 ? sum / count / sd : 0;
}

function standardDeviation(data: Float32Array): number {
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < data.length; i++) {
    sum += data[i]!;
    squares += data[i]! * data[i]!;
  }
  const mean = sum / data.length;
  return Math.sqrt(Math.max(squares / data.length - mean * mean, 0));
}
