import type { SharpnessMetric } from './SharpnessMetric.ts';

/**
 * Mean square of the Laplacian of four neighbours. Its square and not its size, as a square alone
 * can be freed of the bias of noise.
 */
export const laplacian: SharpnessMetric = {
  name: 'laplacian',
  summary: 'energy of the Laplacian of four neighbours',
  dividedBy: 'contrast',
  energy({ width: columns, even, odd }, { x: left, y: top, width, height }) {
    let sum = 0;
    for (let y = top + 1; y < top + height - 1; y++) {
      for (let i = y * columns + left + 1, end = i + width - 2; i < end; i++) {
        sum +=
          (even[i - 1]! + even[i + 1]! + even[i - columns]! + even[i + columns]! - 4 * even[i]!) *
          (odd[i - 1]! + odd[i + 1]! + odd[i - columns]! + odd[i + columns]! - 4 * odd[i]!);
      }
    }
    return sum / ((width - 2) * (height - 2));
  },
};
