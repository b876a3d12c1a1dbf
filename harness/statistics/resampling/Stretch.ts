import type { AscendingOrder } from './ascendingOrder.ts';

/**
 * A part of an ascending order that a statistic need not look at value by value: its sum over units
 * tells what was drawn of it.
 */
export class Stretch {
  readonly #units: Uint32Array;
  readonly #sizes: Float64Array;
  readonly #sums: Float64Array;
  /** Where it ends in the order; where it begins if it is empty. */
  readonly end: number;
  /** How many values were drawn last, and their sum. */
  count = 0;
  sum = 0;

  /** From a place in the order up to another, which may lie before it. */
  constructor({ sorted, unitOf }: AscendingOrder, from: number, to: number) {
    this.end = Math.max(from, to);
    const sizes = new Float64Array(unitOf.length);
    const sums = new Float64Array(unitOf.length);
    for (let i = from; i < to; i++) {
      sizes[unitOf[i]!]!++;
      sums[unitOf[i]!]! += sorted[i]!;
    }
    this.#units = Uint32Array.from(sizes.keys()).filter((unit) => sizes[unit]! > 0);
    this.#sizes = Float64Array.from(this.#units, (unit) => sizes[unit]!);
    this.#sums = Float64Array.from(this.#units, (unit) => sums[unit]!);
  }

  /** Counts and sums what was drawn of it. */
  draw(counts: Uint16Array, from: number): void {
    const [units, sizes, sums] = [this.#units, this.#sizes, this.#sums];
    let [count, sum] = [0, 0];
    for (let i = 0; i < units.length; i++) {
      const drawn = counts[from + units[i]!]!;
      count += drawn * sizes[i]!;
      sum += drawn * sums[i]!;
    }
    this.count = count;
    this.sum = sum;
  }
}

/**
 * How far from its place in the whole order a quantile of what was drawn is looked for first, in values:
 * four standard deviations of independent ones. Farther away it is found as well, value by value.
 */
export function reachOf({ sorted }: AscendingOrder): number {
  return Math.ceil(2 * Math.sqrt(sorted.length));
}
