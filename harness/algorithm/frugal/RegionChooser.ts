import type { GreyPixels, Rectangle } from '../../microscope/index.ts';

/** A region is taken in so many parts each way: all of them must show something. */
const partsPerSide = 4;
/** Share of a region that may be clipped, black or white. */
const mostClipped = 0.02;

/**
 * Where to expose regions, from one coarse look at the whole field: where structure is everywhere, and
 * hardly anything clipped. A border of a blank area has much contrast and no structure beside it, so what
 * counts is the part of a region that varies least. Regions do not overlap as long as there is room.
 */
export class RegionChooser {
  readonly #look: GreyPixels;
  readonly #factor: number;
  readonly #taken: Rectangle[] = [];

  /** @param factor - Pixels of the raster to one of the look. */
  constructor(look: GreyPixels, factor: number) {
    this.#look = look;
    this.#factor = factor;
  }

  /** The best square of this side that is left, px of the raster. */
  take(sidePx: number): Rectangle {
    const candidates = this.#squares(sidePx);
    const free = candidates.filter(({ region }) =>
      this.#taken.every((one) => !overlap(one, region)),
    );
    const left = free.length > 0 ? free : candidates;
    const clean = left.filter(({ clipped }) => clipped <= mostClipped);
    const [best] = (clean.length > 0 ? clean : left).toSorted((p, q) => q.structure - p.structure);
    if (best === undefined) {
      throw new RangeError(`a region must fit into the look. Received ${sidePx} px`);
    }
    this.#taken.push(best.region);
    return best.region;
  }

  #squares(sidePx: number) {
    const [rows = 0, columns = 0] = this.#look.shape;
    const side = Math.floor(sidePx / this.#factor);
    const step = Math.max(1, Math.floor(side / partsPerSide));
    const found = [];
    for (let top = 0; top + side <= rows; top += step) {
      for (let left = 0; left + side <= columns; left += step) {
        const region = {
          x: Math.floor(left * this.#factor),
          y: Math.floor(top * this.#factor),
          width: sidePx,
          height: sidePx,
        };
        found.push({ region, ...this.#describe(left, top, side) });
      }
    }
    return found;
  }

  #describe(left: number, top: number, side: number) {
    const { data } = this.#look;
    const white = data instanceof Uint8Array ? 255 : 65535;
    let clipped = 0;
    let structure = Number.POSITIVE_INFINITY;
    for (let part = 0; part < partsPerSide ** 2; part++) {
      const [fromY, toY] = bounds(top, side, Math.floor(part / partsPerSide));
      const [fromX, toX] = bounds(left, side, part % partsPerSide);
      let [sum, squares] = [0, 0];
      for (let y = fromY; y < toY; y++) {
        for (let x = fromX; x < toX; x++) {
          const value = this.#look.get(y, x);
          sum += value;
          squares += value * value;
          if (value === 0 || value === white) clipped++;
        }
      }
      const count = (toY - fromY) * (toX - fromX);
      structure = Math.min(structure, squares / count - (sum / count) ** 2);
    }
    return { structure, clipped: clipped / side ** 2 };
  }
}

function bounds(from: number, side: number, part: number): readonly [number, number] {
  const at = (k: number) => from + Math.round((k * side) / partsPerSide);
  return [at(part), at(part + 1)];
}

function overlap(p: Rectangle, q: Rectangle): boolean {
  return p.x < q.x + q.width && q.x < p.x + p.width && p.y < q.y + q.height && q.y < p.y + p.height;
}
