import type { SharpnessMetric } from './SharpnessMetric.ts';

/**
 * Variance over the square of the mean. An offset of the grey scale changes it.
 *
 * @see J. M. Dembele et al. 2016; F. C. A. Groen et al. 1985, A comparison of different focus
 *   functions for use in autofocus algorithms, Cytometry 6.
 */
export const normalisedVariance: SharpnessMetric = {
  name: 'normalised-variance',
  summary: 'variance over the squared mean; an offset of the grey scale changes it',
  dividedBy: 'brightness',
  energy({ width: columns, even, odd }, { x: left, y: top, width, height }) {
    let evenSum = 0;
    let oddSum = 0;
    let products = 0;
    for (let y = top; y < top + height; y++) {
      for (let i = y * columns + left, end = i + width; i < end; i++) {
        evenSum += even[i]!;
        oddSum += odd[i]!;
        products += even[i]! * odd[i]!;
      }
    }
    const count = width * height;
    return products / count - (evenSum / count) * (oddSum / count);
  },
};
