import type { MetricKind } from './metrics.ts';

/**
 * An aggregate of the values of the units that were drawn.
 *
 * @param counts - How often each unit was; at least one of them is above 0.
 */
export type DrawnAggregate = (counts: Uint32Array) => number;

/**
 * Aggregates what was drawn without writing it out or sorting it: a sample of many thousand values is
 * drawn thousands of times.
 *
 * @param units - The values of each unit, which are drawn together.
 */
export function drawnAggregate(
  kind: Exclude<MetricKind, 'share'>,
  units: readonly (readonly number[])[],
): DrawnAggregate {
  switch (kind) {
    case 'mean':
    case 'ratio':
      return drawnMean(units);
    case 'iqm':
      return drawnInterquartileMean(units);
    case 'p95':
      return drawnQuantile(units, 0.95);
    case 'medianRatio':
      return drawnQuantile(units, 0.5);
  }
}

function drawnMean(units: readonly (readonly number[])[]): DrawnAggregate {
  const sums = Float64Array.from(units, (values) => values.reduce((sum, value) => sum + value, 0));
  const total = drawnTotal(units);
  return (counts) => {
    let sum = 0;
    for (let unit = 0; unit < counts.length; unit++) {
      // An infinite value that was not drawn does not count: 0 * Infinity is no number.
      if (counts[unit]! > 0) sum += counts[unit]! * sums[unit]!;
    }
    return sum / total(counts);
  };
}

/** As `interquartileMean`. */
function drawnInterquartileMean(units: readonly (readonly number[])[]): DrawnAggregate {
  const { values, unitOf } = ascending(units);
  const total = drawnTotal(units);
  return (counts) => {
    const count = total(counts);
    let skip = Math.floor(count / 4);
    const kept = count - 2 * skip;
    let left = kept;
    let sum = 0;
    for (let i = 0; left > 0; i++) {
      let drawn = counts[unitOf[i]!]!;
      if (skip > 0) {
        const skipped = Math.min(skip, drawn);
        skip -= skipped;
        drawn -= skipped;
      }
      if (drawn === 0) continue;
      if (drawn > left) drawn = left;
      sum += drawn * values[i]!;
      left -= drawn;
    }
    return sum / kept;
  };
}

/** As `quantile`. */
function drawnQuantile(units: readonly (readonly number[])[], probability: number): DrawnAggregate {
  const { values, unitOf } = ascending(units);
  const total = drawnTotal(units);
  return (counts) => {
    const rank = (total(counts) - 1) * probability;
    const below = Math.floor(rank);
    let i = 0;
    let seen = counts[unitOf[0]!]!;
    while (seen <= below) seen += counts[unitOf[++i]!]!;
    const lower = values[i]!;
    const fraction = rank - below;
    if (fraction === 0) return lower;
    while (seen <= below + 1) seen += counts[unitOf[++i]!]!;
    const upper = values[i]!;
    return lower === upper ? lower : lower + fraction * (upper - lower);
  };
}

/** How many values were drawn. */
function drawnTotal(units: readonly (readonly number[])[]): (counts: Uint32Array) => number {
  const sizes = Uint32Array.from(units, ({ length }) => length);
  return (counts) => {
    let total = 0;
    for (let unit = 0; unit < counts.length; unit++) total += counts[unit]! * sizes[unit]!;
    return total;
  };
}

/** All values, and the unit of each. */
function ascending(units: readonly (readonly number[])[]): {
  readonly values: Float64Array;
  readonly unitOf: Uint32Array;
} {
  const all = Float64Array.from(units.flat());
  const owners = Uint32Array.from(units.flatMap((values, unit) => values.map(() => unit)));
  const order = Uint32Array.from(all.keys()).sort((p, q) => all[p]! - all[q]! || p - q);
  return {
    values: Float64Array.from(order, (at) => all[at]!),
    unitOf: Uint32Array.from(order, (at) => owners[at]!),
  };
}
