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
    let [left, sum, i] = [kept, 0, 0];
    low.draw(counts, from);
    if (low.count <= skip) {
      skip -= low.count;
      i = low.end;
    }
    while (left > 0) {
      if (i === inside && skip === 0) {
        middle.draw(counts, from);
        if (middle.count < left) {
          sum += middle.sum;
          left -= middle.count;
          i = middle.end;
        }
      }
      let count = counts[from + units[i]!]!;
      if (skip > 0) {
        const skipped = Math.min(skip, count);
        skip -= skipped;
        count -= skipped;
      }
      if (count > left) count = left;
      // An infinite value that was not drawn does not count: 0 * Infinity is no number.
      if (count > 0) sum += count * sorted[i]!;
      left -= count;
      i++;
    }
    return sum / kept;
  };
}
