import { CellRandom } from '../../hash/CellRandom.ts';
import { smoothNoise } from '../../hash/smoothNoise.ts';
import { fibreDirection } from './fibreDirection.ts';
import type { NeuriteKind } from './Neurite.ts';
import type { NeuriteSeed } from './NeuriteSeed.ts';
import type { SizeClass } from './SizeClass.ts';
import type { TissueRecipe } from './TissueRecipe.ts';
import type { TissueSalts } from './TissueSalts.ts';

/** A rectangle of the unfolded plane, relative to an origin in absolute nm. */
export interface UnfoldedWindow {
  readonly originX: number;
  readonly originY: number;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/**
 * The neurites of a tissue. Each point belongs to the one whose surface is nearest, counted negative
 * inside (an Apollonius diagram of capsules): large ones stay round, small ones fill the gaps, and
 * small ones that lie inside larger ones vanish.
 *
 * Those that were asked for are kept: each can matter in many windows.
 */
export class NeuritePacking {
  readonly #salts: TissueSalts;
  readonly #recipe: TissueRecipe;
  readonly #random = new CellRandom();
  /** By cell of each lattice; undefined where it is empty. */
  readonly #known: readonly Map<number, NeuriteSeed | undefined>[];

  constructor(salts: TissueSalts, recipe: TissueRecipe) {
    this.#salts = salts;
    this.#recipe = recipe;
    this.#known = recipe.sizes.map(() => new Map());
  }

  /** Adds the neurites that can matter inside a window. */
  addIn({ originX, originY, left, top, right, bottom }: UnfoldedWindow, out: NeuriteSeed[]): void {
    for (const [index, size] of this.#recipe.sizes.entries()) {
      const { spacing } = size;
      const known = this.#known[index]!;
      const reach = size.largestRadius + size.longestHalf + farthestSurface;
      const firstColumn = Math.floor((originX + left - reach) / spacing);
      const lastColumn = Math.floor((originX + right + reach) / spacing);
      const firstRow = Math.floor((originY + top - reach) / spacing);
      const lastRow = Math.floor((originY + bottom + reach) / spacing);
      for (let row = firstRow; row <= lastRow; row++) {
        for (let column = firstColumn; column <= lastColumn; column++) {
          const cell = row * mostColumns + column;
          let seed = known.get(cell);
          if (seed === undefined && !known.has(cell)) {
            seed = this.#seedOf(index, size, column, row);
            known.set(cell, seed);
          }
          if (seed !== undefined) out.push(seed);
        }
      }
    }
  }

  #seedOf(index: number, size: SizeClass, column: number, row: number): NeuriteSeed | undefined {
    const salts = this.#salts;
    const random = this.#random.restart(salts.neurites + index, column, row);
    const x = (column + random.uniform()) * size.spacing;
    const y = (row + random.uniform()) * size.spacing;
    const choice = random.uniform();
    if (size.share < 1) {
      const coarseness = smoothNoise(salts.zone, x / zoneNm, y / zoneNm);
      if (choice >= size.share + size.shareByZone * coarseness) return undefined;
    }
    const length = random.uniform();
    const isLong = random.uniform() < size.longShare;
    const turn = random.between(0, Math.PI);
    const angle = this.#recipe.hasFibres ? fibreDirection(salts.fibres, x, y, turn) : turn;
    const radius =
      size.smallestRadius * (size.largestRadius / size.smallestRadius) ** random.uniform();
    const kind = pickKind(size.kinds, random.uniform());
    return {
      kind,
      x,
      y,
      axisX: Math.cos(angle),
      axisY: Math.sin(angle),
      halfLength: (isLong ? length : 0.1 * length) * size.longestHalf,
      radius,
      stiffness: kind === 'myelinated' || kind === 'soma' || kind === 'degenerate' ? 4 : 1,
      bits: random.bits(),
      neurite: undefined,
    };
  }
}

const zoneNm = 5200;
/** No point is farther from the nearest surface: every cell of the finest class holds a neurite. */
const farthestSurface = 320;
/** More than a row of cells has within the 1 m to which specimens reach. */
const mostColumns = 2 ** 24;

function pickKind(kinds: SizeClass['kinds'], choice: number): NeuriteKind {
  let left = choice;
  let last: NeuriteKind = 'axon';
  for (const kind of Object.keys(kinds) as NeuriteKind[]) {
    last = kind;
    left -= kinds[kind] ?? 0;
    if (left < 0) break;
  }
  return last;
}
