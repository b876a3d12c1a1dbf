import { ascendingOrder } from './ascendingOrder.ts';
import type { ResampleStatistic } from './Resamples.ts';
import { reachOf, Stretch } from './Stretch.ts';

/**
 * A quantile of the samples, as `quantile` has it of all; `Infinity` stands for a right-censored value
 * and may come back.
 *
 * @param unitOf - Which values are drawn together; each by itself where left out.
 */
export function resampledQuantile(
  values: readonly number[],
  probability: number,
  unitOf?: ArrayLike<number>,
): ResampleStatistic {
  const order = ascendingOrder(values, unitOf);
  const { sorted, unitOf: units } = order;
  const all = unitOf && new Stretch(order, 0, sorted.length);
  const low = new Stretch(order, 0, Math.floor(sorted.length * probability) - reachOf(order));
  return (counts, from) => {
    all?.draw(counts, from);
    low.draw(counts, from);
    const rank = ((all?.count ?? sorted.length) - 1) * probability;
    const below = Math.floor(rank);
    let [i, seen] = low.count <= below ? [low.end - 1, low.count] : [-1, 0];
    while (seen <= below) seen += counts[from + units[++i]!]!;
    const lower = sorted[i]!;
    const fraction = rank - below;
    if (fraction === 0) return lower;
    while (seen <= below + 1) seen += counts[from + units[++i]!]!;
    const upper = sorted[i]!;
    return lower === upper ? lower : lower + fraction * (upper - lower);
  };
}
