import type { Line } from '../leastSquaresLine.ts';
import { mean } from '../mean.ts';
import type { ResampleStatistic } from './Resamples.ts';

/**
 * Slope or offset of the least-squares line through the samples of points.
 *
 * @throws RangeError, when it is asked, for a sample whose points all have one x.
 */
export function resampledLine(
  x: readonly number[],
  y: readonly number[],
  quantity: keyof Line,
): ResampleStatistic {
  const [centreX, centreY] = [mean(x), mean(y)];
  // Around the centre of all points, so that sums of squares lose no digits.
  const dx = Float64Array.from(x, (value) => value - centreX);
  const dy = Float64Array.from(y, (value) => value - centreY);
  return (counts, from) => {
    let [sumX, sumY, square, product] = [0, 0, 0, 0];
    for (let i = 0; i < dx.length; i++) {
      const weighted = counts[from + i]! * dx[i]!;
      sumX += weighted;
      sumY += counts[from + i]! * dy[i]!;
      square += weighted * dx[i]!;
      product += weighted * dy[i]!;
    }
    const spread = square - (sumX * sumX) / dx.length;
    if (!(spread > 1e-12 * square)) {
      throw new RangeError('x must take at least two different values');
    }
    const slope = (product - (sumX * sumY) / dx.length) / spread;
    if (quantity === 'slope') return slope;
    return centreY + sumY / dx.length - slope * (centreX + sumX / dx.length);
  };
}
