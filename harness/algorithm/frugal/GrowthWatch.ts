/** What is left to correct has grown when it is more than before by this factor: pairs near focus scatter. */
const growth = 1.2;
/** So many corrections in a row that leave more than there was are no chance. */
const mostGrowths = 2;

/** Whether corrections leave more and more to correct, as a wrong calibration makes them. */
export class GrowthWatch {
  readonly #targetUm: number;
  #leftUm = Number.POSITIVE_INFINITY;
  #growths = 0;

  /** @param targetUm - Less than that may grow. */
  constructor(targetUm: number) {
    this.#targetUm = targetUm;
  }

  /** @param leftUm - That the last pair has found, hypot(z, a, b), um. */
  growsAt(leftUm: number): boolean {
    const hasGrown = leftUm > Math.max(this.#targetUm, growth * this.#leftUm);
    this.#growths = hasGrown ? this.#growths + 1 : 0;
    this.#leftUm = leftUm;
    return this.#growths >= mostGrowths;
  }
}
