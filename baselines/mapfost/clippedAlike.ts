import type { PerturbedPair } from '../../harness/algorithm/index.ts';
import type { GreyPixels } from '../../harness/microscope/index.ts';
import { greyPixels } from '../../harness/numeric/index.ts';

/** Less than this part of a frame at its darkest, or brightest, value is no clipping. */
const leastClipped = 1e-3;

/**
 * A pair near focus, of which either frame is clipped at the same brightness of the specimen. A step of brightness
 * between two frames cuts another part off either of them, which the model takes for blur: 1.5 grey moved the working distance of
 * tissue by 0.018 um, whatever the dose. Both frames are blurred alike there, so that the share of clipped pixels
 * tells where the other one is to be cut. Only what both frames show is counted: a body at the border that one of them
 * has lost moved it by 0.03 um.
 *
 * @param shiftPx - Whole px by which the content of the over frame is moved against the under frame.
 */
export function clippedAlike(
  pair: PerturbedPair,
  shiftPx: { readonly x: number; readonly y: number },
): PerturbedPair {
  const under = new Histogram(pair.under, shiftPx);
  const over = new Histogram(pair.over, { x: -shiftPx.x, y: -shiftPx.y });
  const black = Math.max(under.shareOfDarkest, over.shareOfDarkest);
  const white = Math.max(under.shareOfBrightest, over.shareOfBrightest);
  if (Math.max(black, white) < leastClipped) return pair;
  return { ...pair, under: under.cut(black, white), over: over.cut(black, white) };
}

/** How many of the pixels of a frame that the other frame shows as well have each grey value. */
class Histogram {
  readonly #frame: GreyPixels;
  readonly #size: number;
  readonly #counts: Uint32Array;
  readonly #darkest: number;
  readonly #brightest: number;

  /** @param shiftPx - Of the content of the other frame. */
  constructor(frame: GreyPixels, shiftPx: { readonly x: number; readonly y: number }) {
    this.#frame = frame;
    const [height = 0, width = 0] = frame.shape;
    const [firstX, endX] = common(width, shiftPx.x);
    const [firstY, endY] = common(height, shiftPx.y);
    this.#size = (endX - firstX) * (endY - firstY);
    this.#counts = new Uint32Array(frame.data instanceof Uint8Array ? 256 : 65536);
    for (let y = firstY; y < endY; y++) {
      for (let x = firstX; x < endX; x++) this.#counts[frame.get(y, x)]!++;
    }
    this.#darkest = this.#counts.findIndex((count) => count > 0);
    this.#brightest = this.#counts.findLastIndex((count) => count > 0);
  }

  get shareOfDarkest(): number {
    return this.#counts[this.#darkest]! / this.#size;
  }

  get shareOfBrightest(): number {
    return this.#counts[this.#brightest]! / this.#size;
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
    const wanted = share * this.#size;
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

/** Pixels of a line whose content, moved, is still inside a line of that length; all of them if none is. */
function common(length: number, shift: number): readonly [number, number] {
  if (Math.abs(shift) >= length) return [0, length];
  return [Math.max(0, -shift), Math.min(length, length - shift)];
}
