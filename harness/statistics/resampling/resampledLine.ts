import type { Line } from '../leastSquaresLine.ts';
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
  const count = x.length;
  return (counts, from) => {
    let [meanX, meanY] = [0, 0];
    for (let i = 0; i < count; i++) {
      meanX += (counts[from + i]! * x[i]!) / count;
      meanY += (counts[from + i]! * y[i]!) / count;
    }
    let [square, product] = [0, 0];
    for (let i = 0; i < count; i++) {
      const weighted = counts[from + i]! * (x[i]! - meanX);
      square += weighted * (x[i]! - meanX);
      product += weighted * (y[i]! - meanY);
    }
    if (!(square > 0)) throw new RangeError('x must take at least two different values');
    const slope = product / square;
    return quantity === 'slope' ? slope : meanY - slope * meanX;
  };
}
