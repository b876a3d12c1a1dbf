import {
  type ResampleStatistic,
  resampledInterquartileMean,
  resampledQuantile,
} from '../statistics/index.ts';
import type { MetricKind } from './metrics.ts';

/**
 * The aggregate of the values of the units that were drawn.
 *
 * @param units - The values of each unit, which are drawn together.
 */
export function drawnAggregate(
  kind: Exclude<MetricKind, 'share'>,
  units: readonly (readonly number[])[],
): ResampleStatistic {
  const unitOf = units.flatMap((values, unit) => values.map(() => unit));
  switch (kind) {
    case 'mean':
    case 'ratio':
      return drawnMean(units);
    case 'iqm':
      return resampledInterquartileMean(units.flat(), unitOf);
    case 'p95':
      return resampledQuantile(units.flat(), 0.95, unitOf);
    case 'medianRatio':
      return resampledQuantile(units.flat(), 0.5, unitOf);
  }
}

function drawnMean(units: readonly (readonly number[])[]): ResampleStatistic {
  const sums = Float64Array.from(units, (values) => values.reduce((sum, value) => sum + value, 0));
  const sizes = Uint32Array.from(units, ({ length }) => length);
  return (counts, from) => {
    let [sum, size] = [0, 0];
    for (let unit = 0; unit < sums.length; unit++) {
      const count = counts[from + unit]!;
      // An infinite value that was not drawn does not count: 0 * Infinity is no number.
      if (count > 0) sum += count * sums[unit]!;
      size += count * sizes[unit]!;
    }
    return sum / size;
  };
}
