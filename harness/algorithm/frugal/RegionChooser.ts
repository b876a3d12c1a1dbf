import type { GreyPixels, Rectangle } from '../../microscope/index.ts';
import { mean } from '../../statistics/index.ts';

/** A region is taken in so many parts each way: all of them should show something. */
const partsPerSide = 4;
/**
 * A part with less variance than this share of what half of the field has counts as blank, whatever its noise. More
 * than half of the field has counts no more: a border has much contrast and no structure beside it.
 */
const blankShare = 1 / 30;
/** A clipped pixel spoils so many: estimators leave out what lies round a clipped body. */
const spoiltPerClipped = 5;
/** Of a part that clipped bodies fill, this share counts still. */
const leastUsable = 0.05;
/** What it costs to expose a place again, in logarithms of variance. */
const costOfAgain = 2;

/**
 * Where to expose regions, from one coarse look at the whole field: where structure is everywhere, and
 * little of it clipped. What counts is the geometric mean over the parts of a region, so that a blank part
 * is not made up for by another with much contrast. A place that has been taken costs by what it shares.
 */
export class RegionChooser {
  readonly #look: GreyPixels;
  readonly #raster: Raster;
  readonly #taken: Rectangle[] = [];

  /** @param raster - What regions are of. */
  constructor(look: GreyPixels, raster: Raster) {
    this.#look = look;
    this.#raster = raster;
  }

  /** The best square of this side that is left, px of the raster. */
  take(sidePx: number): Rectangle {
    const squares = this.#squares(sidePx);
    const variances = squares.flatMap(({ parts }) => parts.map(({ variance }) => variance));
    const full = variances.sort((p, q) => p - q)[variances.length >> 1] ?? 0;
    const worthOf = ({ region, parts }: Square) => {
      const again =
        this.#taken.reduce((sum, one) => sum + sharedArea(one, region), 0) / sidePx ** 2;
      return mean(parts.map((part) => worth(part, full))) - costOfAgain * again;
    };
    const [best] = squares
      .map((square) => ({ region: square.region, worth: worthOf(square) }))
      .toSorted((p, q) => q.worth - p.worth);
    if (best === undefined) {
      throw new RangeError(`a region must fit into the look. Received ${sidePx} px`);
    }
    this.#taken.push(best.region);
    return best.region;
  }

  #squares(sidePx: number): Square[] {
    const [rows = 0, columns = 0] = this.#look.shape;
    const { width, height, pxPerLookPx } = this.#raster;
    const side = Math.floor(sidePx / pxPerLookPx);
    return starts(rows, side).flatMap((top) =>
      starts(columns, side).map((left) => ({
        // The look may end a little before the raster, and its pixels do not divide the side.
        region: {
          x: Math.min(Math.floor(left * pxPerLookPx), width - sidePx),
          y: Math.min(Math.floor(top * pxPerLookPx), height - sidePx),
          width: sidePx,
          height: sidePx,
        },
        parts: this.#partsOf(left, top, side),
      })),
    );
  }

  #partsOf(left: number, top: number, side: number): Part[] {
    const white = this.#look.data instanceof Uint8Array ? 255 : 65535;
    return Array.from({ length: partsPerSide ** 2 }, (_, part) => {
      const [fromY, toY] = bounds(top, side, Math.floor(part / partsPerSide));
      const [fromX, toX] = bounds(left, side, part % partsPerSide);
      let [sum, squares, clipped] = [0, 0, 0];
      for (let y = fromY; y < toY; y++) {
        for (let x = fromX; x < toX; x++) {
          const value = this.#look.get(y, x);
          sum += value;
          squares += value * value;
          if (value === 0 || value === white) clipped++;
        }
      }
      const count = (toY - fromY) * (toX - fromX);
      return { variance: squares / count - (sum / count) ** 2, clipped: clipped / count };
    });
  }
}

/** The whole field, px. */
interface Raster {
  readonly width: number;
  readonly height: number;
  /** Of the raster to one of the look, along either side. */
  readonly pxPerLookPx: number;
}

interface Square {
  readonly region: Rectangle;
  readonly parts: readonly Part[];
}

interface Part {
  readonly variance: number;
  /** Share of its pixels that are black or white. */
  readonly clipped: number;
}

/** 0 for a part as good as any, less for others. */
function worth({ variance, clipped }: Part, full: number): number {
  const structure = full > 0 ? Math.min(1, Math.max(blankShare, variance / full)) : 1;
  return Math.log(structure * Math.max(leastUsable, 1 - spoiltPerClipped * clipped));
}

/** Where squares begin along a side, a part of one from the other; the last ends where the look ends. */
function starts(length: number, side: number): number[] {
  const last = length - side;
  if (last < 0) return [];
  const steps = Math.ceil((last * partsPerSide) / side);
  return Array.from({ length: steps + 1 }, (_, step) =>
    steps === 0 ? 0 : Math.floor((step * last) / steps),
  );
}

function bounds(from: number, side: number, part: number): readonly [number, number] {
  const at = (k: number) => from + Math.round((k * side) / partsPerSide);
  return [at(part), at(part + 1)];
}

function sharedArea(p: Rectangle, q: Rectangle): number {
  const along = Math.min(p.x + p.width, q.x + q.width) - Math.max(p.x, q.x);
  const down = Math.min(p.y + p.height, q.y + q.height) - Math.max(p.y, q.y);
  return Math.max(0, along) * Math.max(0, down);
}
