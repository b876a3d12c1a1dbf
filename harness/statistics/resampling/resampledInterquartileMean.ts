import { ascendingOrder } from './ascendingOrder.ts';
import type { ResampleStatistic } from './Resamples.ts';
import { reachOf, Stretch } from './Stretch.ts';

/**
 * The interquartile mean of the samples, as `interquartileMean` has it of all.
 *
 * @param unitOf - Which values are drawn together; each by itself where left out.
 */
export function resampledInterquartileMean(
  values: readonly number[],
  unitOf?: ArrayLike<number>,
): ResampleStatistic {
  const order = ascendingOrder(values, unitOf);
  const { sorted, unitOf: units } = order;
  const [quarter, reach] = [Math.floor(sorted.length / 4), reachOf(order)];
  const all = unitOf && new Stretch(order, 0, sorted.length);
  const low = new Stretch(order, 0, quarter - reach);
  const [inside, outside] = [quarter + reach, sorted.length - quarter - reach];
  const isSummed = Number.isFinite(sorted[outside - 1]);
  const middle = new Stretch(order, inside, isSummed ? outside : inside);
  return (counts, from) => {
    all?.draw(counts, from);
    const total = all?.count ?? sorted.length;
    let skip = Math.floor(total / 4);
    const kept = total - 2 * skip;
    low.draw(counts, from);
    let i = 0;
    if (low.count < skip) {
      skip -= low.count;
      i = low.end;
    }
    for (; skip > 0; i++) skip -= counts[from + units[i]!]!;
    // Some of the value at which the quarter ends are beyond it.
    const first = Math.min(-skip, kept);
    let sum = first === 0 ? 0 : first * sorted[i - 1]!;
    let left = kept - first;
    for (; left > 0; i++) {
      if (i === inside) {
        middle.draw(counts, from);
        if (middle.count < left) {
          sum += middle.sum;
          left -= middle.count;
          i = middle.end;
        }
      }
      const count = counts[from + units[i]!]!;
      // An infinite value that was not drawn does not count: 0 * Infinity is no number.
      if (count > 0) sum += Math.min(count, left) * sorted[i]!;
      left -= count;
    }
    return sum / kept;
  };
}
