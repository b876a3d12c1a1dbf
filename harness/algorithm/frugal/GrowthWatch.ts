import type { FocusState } from '../../microscope/index.ts';

/** What is left to correct has grown when it is more than before by this factor: pairs near focus scatter. */
const growth = 1.2;
/** So many corrections in a row that leave more than there was are no chance. */
const mostGrowths = 2;

/** Whether corrections leave more and more to correct, as a wrong calibration makes them. */
export class GrowthWatch {
  readonly #targetUm: number;
  #nearest: FocusState | undefined;
  #leastUm = Number.POSITIVE_INFINITY;
  #lastUm = Number.POSITIVE_INFINITY;
  #growths = 0;

  /** @param targetUm - Less than that may grow. */
  constructor(targetUm: number) {
    this.#targetUm = targetUm;
  }

  /**
   * @param focus - State midway between the frames of a pair.
   * @param leftUm - That the pair has found there, hypot(z, a, b), um.
   * @returns whether corrections only make it worse.
   */
  note(focus: FocusState, leftUm: number): boolean {
    if (leftUm < this.#leastUm) {
      this.#leastUm = leftUm;
      this.#nearest = focus;
    }
    const hasGrown = leftUm > Math.max(this.#targetUm, growth * this.#lastUm);
    this.#growths = hasGrown ? this.#growths + 1 : 0;
    this.#lastUm = leftUm;
    return this.#growths >= mostGrowths;
  }

  /** The state in which least was left; absent before the first pair. */
  get nearest(): FocusState | undefined {
    return this.#nearest;
  }
}
