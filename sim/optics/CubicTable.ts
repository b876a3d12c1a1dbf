/**
 * A smooth function on [0, end], as cubic pieces through four neighbouring samples each.
 *
 * Its error is (3/128) step^4 times the fourth derivative.
 */
export class CubicTable {
  readonly end: number;
  readonly #perUnit: number;
  readonly #coefficients: Float64Array;

  /** @param valueAt - Asked from -step to end + 2 step. */
  constructor(valueAt: (x: number) => number, end: number, step: number) {
    const pieces = Math.ceil(end / step) + 1;
    this.end = end;
    this.#perUnit = 1 / step;
    const c = new Float64Array(4 * pieces);
    let before = valueAt(-step);
    let at = valueAt(0);
    let next = valueAt(step);
    for (let i = 0; i < pieces; i++) {
      const afterNext = valueAt((i + 2) * step);
      c[4 * i] = at;
      c[4 * i + 1] = next - before / 3 - at / 2 - afterNext / 6;
      c[4 * i + 2] = (before + next) / 2 - at;
      c[4 * i + 3] = (afterNext - before) / 6 + (at - next) / 2;
      before = at;
      at = next;
      next = afterNext;
    }
    this.#coefficients = c;
  }

  /** @param x - In [0, end]. */
  at(x: number): number {
    const place = x * this.#perUnit;
    const i = Math.floor(place);
    const t = place - i;
    const c = this.#coefficients;
    return c[4 * i]! + t * (c[4 * i + 1]! + t * (c[4 * i + 2]! + t * c[4 * i + 3]!));
  }
}
