import { RandomStream } from '../../numeric/index.ts';
import type { AxisParameter, SuiteAxes } from './SuiteAxes.ts';

/** One parameter at one level. */
export interface AxisSetting {
  readonly of: AxisParameter;
  readonly level: number;
}

/**
 * The points at which a suite looks, each as what differs there from the instrument as it is.
 *
 * @param seed - Of the suite; the points of a Latin hypercube are drawn from it.
 */
export function axisPoints(axes: SuiteAxes | undefined, seed: number): (readonly AxisSetting[])[] {
  if (axes === undefined) return [[]];
  switch (axes.design) {
    case 'one-at-a-time':
      return [[], ...axes.axes.flatMap(({ of, levels }) => levels.map((level) => [{ of, level }]))];
    case 'grid':
      return axes.axes.reduce<(readonly AxisSetting[])[]>(
        (points, { of, levels }) =>
          points.flatMap((point) => levels.map((level) => [...point, { of, level }])),
        [[]],
      );
    case 'latin-hypercube': {
      const { points } = axes;
      const columns = axes.axes.map(({ of, range: [low, high] }, axis) => {
        const random = new RandomStream(seed, 'axes', axis);
        return shuffled(points, random).map((slot) => {
          const level = low + ((high - low) * (slot + random.uniform())) / points;
          return { of, level: Number(level.toPrecision(4)) };
        });
      });
      return Array.from({ length: points }, (_, i) => columns.flatMap((column) => column[i] ?? []));
    }
  }
}

/** 0, 1, ..., count - 1 in random order (Fisher and Yates). */
function shuffled(count: number, random: RandomStream): number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let last = count - 1; last > 0; last--) {
    const other = random.integerBelow(last + 1);
    [order[last], order[other]] = [order[other] ?? 0, order[last] ?? 0];
  }
  return order;
}
