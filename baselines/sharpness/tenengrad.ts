import type { SharpnessMetric } from './SharpnessMetric.ts';

/**
 * Mean square of the Sobel gradient where its size exceeds mean + SD: the strong edges alone.
 *
 * The edges are chosen in one half of the frame and measured with the other, so that noise which
 * looks like an edge has no part in it.
 *
 * @see J. M. Tenenbaum 1970, Accommodation in computer vision; the threshold of mean + SD is that of
 *   fibsem-os/fibsem-os.
 */
export const tenengrad: SharpnessMetric = {
  name: 'tenengrad',
  summary: 'energy of the Sobel gradient where it exceeds mean + SD',
  dividedBy: 'contrast',
  energy({ width: columns, even, odd }, { x: left, y: top, width, height }) {
    const count = (width - 2) * (height - 2);
    const sizes = new Float32Array(count);
    const products = new Float32Array(count);
    let sum = 0;
    let squares = 0;
    for (let y = top + 1, to = 0; y < top + height - 1; y++) {
      for (let i = y * columns + left + 1, end = i + width - 2; i < end; i++, to++) {
        const evenX = sobelX(even, i, columns);
        const evenY = sobelY(even, i, columns);
        const square = evenX * evenX + evenY * evenY;
        sizes[to] = Math.sqrt(square);
        products[to] = evenX * sobelX(odd, i, columns) + evenY * sobelY(odd, i, columns);
        sum += sizes[to]!;
        squares += square;
      }
    }
    const mean = sum / count;
    const threshold = mean + Math.sqrt(Math.max(squares / count - mean * mean, 0));
    let energy = 0;
    let chosen = 0;
    for (let i = 0; i < count; i++) {
      if (sizes[i]! < threshold) continue;
      energy += products[i]!;
      chosen++;
    }
    return chosen === 0 ? 0 : energy / chosen;
  },
};

/** Sum of the weights on either side is 1. */
function sobelX(image: Float32Array, i: number, columns: number): number {
  const above = i - columns;
  const below = i + columns;
  return (
    0.25 * (image[above + 1]! - image[above - 1]! + image[below + 1]! - image[below - 1]!) +
    0.5 * (image[i + 1]! - image[i - 1]!)
  );
}

function sobelY(image: Float32Array, i: number, columns: number): number {
  const above = i - columns;
  const below = i + columns;
  return (
    0.25 * (image[below - 1]! - image[above - 1]! + image[below + 1]! - image[above + 1]!) +
    0.5 * (image[below]! - image[above]!)
  );
}
