import type { PerturbedPair } from '../../harness/algorithm/index.ts';
import type { GreyPixels } from '../../harness/microscope/index.ts';
import { greyPixels } from '../../harness/numeric/index.ts';

/** Less than this part of a frame at its darkest, or brightest, value is no clipping. */
const leastClipped = 1e-3;

/**
 * A pair near focus, of which either frame is clipped at the same brightness of the specimen. A step of brightness
 * between two frames cuts another part off either of them, which the model takes for blur: 1.5 grey moved the working distance of
 * tissue by 0.018 um, whatever the dose. Both frames are blurred alike there, so that the share of clipped pixels
 * tells where the other one is to be cut.
 */
export function clippedAlike(pair: PerturbedPair): PerturbedPair {
  const [under, over] = [pair.under, pair.over].map((frame) => new Histogram(frame));
  const black = Math.max(under!.shareOfDarkest, over!.shareOfDarkest);
  const white = Math.max(under!.shareOfBrightest, over!.shareOfBrightest);
  if (Math.max(black, white) < leastClipped) return pair;
  return { ...pair, under: under!.cut(black, white), over: over!.cut(black, white) };
}

/** How many pixels of a frame have each grey value. */
class Histogram {
  readonly #frame: GreyPixels;
  readonly #counts: Uint32Array;
  readonly #darkest: number;
  readonly #brightest: number;

  constructor(frame: GreyPixels) {
    this.#frame = frame;
    this.#counts = new Uint32Array(frame.data instanceof Uint8Array ? 256 : 65536);
    for (const value of frame.data) this.#counts[value]!++;
    this.#darkest = this.#counts.findIndex((count) => count > 0);
    this.#brightest = this.#counts.findLastIndex((count) => count > 0);
  }

  get shareOfDarkest(): number {
    return this.#counts[this.#darkest]! / this.#frame.size;
  }

  get shareOfBrightest(): number {
    return this.#counts[this.#brightest]! / this.#frame.size;
  }

  /** With about such shares of the pixels at the darkest and at the brightest value. */
  cut(black: number, white: number): GreyPixels {
    const from = black < leastClipped ? this.#darkest : this.#levelOf(black, this.#darkest, 1);
    const to = white < leastClipped ? this.#brightest : this.#levelOf(white, this.#brightest, -1);
    if (from === this.#darkest && to === this.#brightest) return this.#frame;
    const [height = 0, width = 0] = this.#frame.shape;
    const cut = this.#frame.data.map((value) => Math.min(Math.max(value, from), to));
    return greyPixels(cut, width, height);
  }

  /** The value up to which, from one end, the share is nearest to this. */
  #levelOf(share: number, end: number, step: 1 | -1): number {
    const wanted = share * this.#frame.size;
    let level = end;
    let sum = this.#counts[end]!;
    let nearest = Math.abs(sum - wanted);
    for (let next = end + step; sum < wanted; next += step) {
      sum += this.#counts[next]!;
      const distance = Math.abs(sum - wanted);
      if (distance < nearest) [level, nearest] = [next, distance];
    }
    return level;
  }
}
