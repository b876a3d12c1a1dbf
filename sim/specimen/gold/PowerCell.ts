/**
 * One cell of a power diagram: the places that a seed with a head start reaches first. It begins
 * as a square round the seed and is cut by one neighbour after another. One instance is used for
 * cell after cell, so that loops allocate nothing.
 *
 * @see Aurenhammer 1987, Power diagrams, SIAM J. Comput. 16, 78.
 */
export class PowerCell {
  /** Corners relative to the seed, in order round the cell; none if others own all of it. */
  corners = 0;
  x = new Float64Array(mostCorners);
  y = new Float64Array(mostCorners);
  /** Distance of the farthest corner from the seed; 0 without corners. */
  radius = 0;
  #otherX = new Float64Array(mostCorners);
  #otherY = new Float64Array(mostCorners);

  /** Begins anew with a square of this half side. */
  restart(half: number): void {
    this.corners = 4;
    this.radius = Math.SQRT2 * half;
    for (let at = 0; at < 4; at++) {
      this.x[at] = at === 0 || at === 3 ? -half : half;
      this.y[at] = at < 2 ? -half : half;
    }
  }

  /** Keeps the places (x, y) where `offset - x * normalX - y * normalY` is not negative; the normal is
   * a unit vector. */
  cut(normalX: number, normalY: number, offset: number): void {
    if (offset >= this.radius || this.leastDistance(normalX, normalY, offset) >= 0) return;
    const { x, y, corners } = this;
    let kept = 0;
    for (let at = 0, before = corners - 1; at < corners; before = at++) {
      const here = offset - x[at]! * normalX - y[at]! * normalY;
      const there = offset - x[before]! * normalX - y[before]! * normalY;
      if (here >= 0 !== there >= 0) {
        const share = there / (there - here);
        this.#otherX[kept] = x[before]! + share * (x[at]! - x[before]!);
        this.#otherY[kept++] = y[before]! + share * (y[at]! - y[before]!);
      }
      if (here >= 0) {
        this.#otherX[kept] = x[at]!;
        this.#otherY[kept++] = y[at]!;
      }
    }
    [this.x, this.#otherX] = [this.#otherX, x];
    [this.y, this.#otherY] = [this.#otherY, y];
    this.corners = kept;
    let square = 0;
    for (let at = 0; at < kept; at++)
      square = Math.max(square, this.x[at]! * this.x[at]! + this.y[at]! * this.y[at]!);
    this.radius = Math.sqrt(square);
  }

  /** The least of `offset - x * normalX - y * normalY` over the cell; it lies at a corner. */
  leastDistance(normalX: number, normalY: number, offset: number): number {
    let least = Number.POSITIVE_INFINITY;
    for (let at = 0; at < this.corners; at++) {
      const distance = offset - this.x[at]! * normalX - this.y[at]! * normalY;
      if (distance < least) least = distance;
    }
    return least;
  }
}

/** Each cut adds at most one corner. */
const mostCorners = 128;
