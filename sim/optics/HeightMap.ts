export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The height of every pixel of a frame, um, and its extremes. */
export class HeightMap {
  /** Row-major `[height, width]`. */
  readonly valuesUm: Float32Array;
  readonly lowest: number;
  readonly highest: number;
  readonly #width: number;

  /** @throws RangeError if a height is not a finite number. */
  constructor(width: number, height: number, heightUm: (xPx: number, yPx: number) => number) {
    this.#width = width;
    const values = new Float32Array(width * height);
    let lowest = Number.POSITIVE_INFINITY;
    let highest = Number.NEGATIVE_INFINITY;
    for (let y = 0, i = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i++) {
        values[i] = heightUm(x, y);
        const value = values[i]!;
        if (!Number.isFinite(value)) {
          throw new RangeError(`heightUm must be finite. Received ${value} at (${x}, ${y}) px`);
        }
        if (value < lowest) lowest = value;
        if (value > highest) highest = value;
      }
    }
    this.valuesUm = values;
    this.lowest = lowest;
    this.highest = highest;
  }

  /** True if any height in a part of the frame lies between the two. */
  hasAny({ x, y, width, height }: Rectangle, below: number, above: number): boolean {
    for (let row = y; row < y + height; row++) {
      const end = row * this.#width + x + width;
      for (let i = end - width; i < end; i++) {
        const value = this.valuesUm[i]!;
        if (value > below && value < above) return true;
      }
    }
    return false;
  }
}
