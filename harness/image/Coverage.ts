/**
 * How much of each pixel lies inside closed polygons, exactly: the polygons are added edge by edge,
 * in any order.
 *
 * An edge changes the covered area of the pixels it crosses, and of all to their right by the same
 * amount; adding up along a row gives the coverage. Polygons of one sense that overlap count once,
 * holes run the other way round.
 */
export class Coverage {
  readonly #width: number;
  readonly #height: number;
  /** Row-major, two columns wider than the image: change of coverage from pixel to pixel. */
  readonly #changes: Float64Array;

  /** @param width - Columns; `height` rows. */
  constructor(width: number, height: number) {
    this.#width = width;
    this.#height = height;
    this.#changes = new Float64Array((width + 2) * height);
  }

  /** Adds the edge from one corner to the next, px, y down; what lies outside the image is cut off. */
  addEdge(x0: number, y0: number, x1: number, y1: number): void {
    if (y0 === y1) return;
    const [topX, topY, bottomX, bottomY] = y0 < y1 ? [x0, y0, x1, y1] : [x1, y1, x0, y0];
    const slope = (bottomX - topX) / (bottomY - topY);
    const lastRow = Math.min(Math.ceil(bottomY), this.#height);
    for (let row = Math.max(Math.floor(topY), 0); row < lastRow; row++) {
      const from = Math.max(row, topY);
      const to = Math.min(row + 1, bottomY);
      const xFrom = topX + slope * (from - topY);
      const xTo = topX + slope * (to - topY);
      this.#addToRow(row, xFrom, xTo, y0 < y1 ? to - from : from - to);
    }
  }

  /** Calls back for every pixel that is covered, with the covered share of its area in (0, 1]. */
  forEach(paint: (x: number, y: number, share: number) => void): void {
    const stride = this.#width + 2;
    for (let y = 0; y < this.#height; y++) {
      let sum = 0;
      for (let x = 0; x < this.#width; x++) {
        sum += this.#changes[y * stride + x]!;
        const share = Math.min(Math.abs(sum), 1);
        // What rounding leaves of a sum of zero is no coverage.
        if (share > 1e-9) paint(x, y, share);
      }
    }
  }

  #addToRow(row: number, x0: number, x1: number, heightPx: number): void {
    const left = Math.min(Math.max(Math.min(x0, x1), 0), this.#width);
    const right = Math.min(Math.max(Math.max(x0, x1), 0), this.#width);
    const start = row * (this.#width + 2);
    // The area to the right of the edge and left of a column; its second difference is the change.
    const area = (column: number) => {
      if (column <= left) return 0;
      if (column >= right) return column - (left + right) / 2;
      return (column - left) ** 2 / (2 * (right - left));
    };
    for (let column = Math.floor(left); column <= Math.floor(right) + 1; column++) {
      const change = area(column + 1) - 2 * area(column) + area(column - 1);
      this.#changes[start + column]! += heightPx * change;
    }
  }
}
