/** Values that are known in square cells of an image, to be read at its pixels. */
export class CellGrid {
  readonly #values: Float32Array;
  readonly #columns: number;
  readonly #rows: number;
  readonly #cellPx: number;

  /** @param values - Row by row; as many columns and rows as cover the image. */
  constructor(values: Float32Array, columns: number, rows: number, cellPx: number) {
    this.#values = values;
    this.#columns = columns;
    this.#rows = rows;
    this.#cellPx = cellPx;
  }

  /**
   * The values at lines of pixels, from the middle of a cell to that of the next in proportion; beyond the
   * outermost middles theirs are held.
   *
   * @param x - First pixel of the lines.
   * @param stepPx - From one value to the next; each is that in the middle of its step.
   * @returns the line of row `y`, which holds until the next call; where rows come in order, every row of
   *   cells is mixed once.
   */
  lines(x: number, width: number, stepPx = 1): (y: number) => Float64Array {
    const along = cellsAbout(x, width, this.#columns, this.#cellPx, stepPx);
    const mixedRow = (row: number, out: Float64Array) => {
      const start = row * this.#columns;
      mixCells(this.#values.subarray(start, start + this.#columns), along, out);
    };
    let upper = { row: -1, line: new Float64Array(width) };
    let lower = { row: -1, line: new Float64Array(width) };
    const line = new Float64Array(width);
    return (y) => {
      const { first, second, part } = cellsAbout(y, 1, this.#rows, this.#cellPx, stepPx);
      if (upper.row !== first[0]) [upper, lower] = [lower, upper];
      for (const [of, row] of [
        [upper, first[0]!],
        [lower, second[0]!],
      ] as const) {
        if (of.row !== row) mixedRow(row, of.line);
        of.row = row;
      }
      return mixLines(upper.line, lower.line, part[0]!, line);
    };
  }
}

/** For each value of a line the two cells whose middles lie about it, and how far it lies towards the second. */
function cellsAbout(from: number, count: number, cells: number, cellPx: number, stepPx: number) {
  const first = new Int32Array(count);
  const second = new Int32Array(count);
  const part = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const at = Math.min(Math.max((from + (i + 0.5) * stepPx) / cellPx - 0.5, 0), cells - 1);
    first[i] = Math.min(Math.floor(at), cells - 1);
    second[i] = Math.min(first[i]! + 1, cells - 1);
    part[i] = at - first[i]!;
  }
  return { first, second, part };
}

function mixCells(
  cells: Float32Array,
  { first, second, part }: ReturnType<typeof cellsAbout>,
  out: Float64Array,
) {
  for (let i = 0; i < out.length; i++) {
    const left = cells[first[i]!]!;
    out[i] = left + part[i]! * (cells[second[i]!]! - left);
  }
}

function mixLines(first: Float64Array, second: Float64Array, share: number, out: Float64Array) {
  for (let i = 0; i < out.length; i++) out[i] = first[i]! + share * (second[i]! - first[i]!);
  return out;
}
