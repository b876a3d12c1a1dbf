import { CellRandom } from '../../hash/CellRandom.ts';
import { smoothNoise } from '../../hash/smoothNoise.ts';
import { fibreDirection } from './fibreDirection.ts';
import type { NeuriteKind } from './Neurite.ts';
import type { NeuriteSet } from './NeuriteSet.ts';
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
 * The neurites that can matter inside a window. Each point belongs to the one whose surface is
 * nearest, counted negative inside (an Apollonius diagram of capsules): large ones stay round,
 * small ones fill the gaps, and small ones that lie inside larger ones vanish.
 */
export function packNeurites(
  salts: TissueSalts,
  { sizes, hasFibres }: TissueRecipe,
  window: UnfoldedWindow,
  out: NeuriteSet,
): void {
  const { originX, originY, left, top, right, bottom } = window;
  const random = new CellRandom();
  out.clear();
  for (let index = 0; index < sizes.length; index++) {
    const size = sizes[index]!;
    const { spacing } = size;
    const reach = size.largestRadius + size.longestHalf + farthestSurface;
    const firstColumn = Math.floor((originX + left - reach) / spacing);
    const lastColumn = Math.floor((originX + right + reach) / spacing);
    const firstRow = Math.floor((originY + top - reach) / spacing);
    const lastRow = Math.floor((originY + bottom + reach) / spacing);
    for (let row = firstRow; row <= lastRow; row++) {
      for (let column = firstColumn; column <= lastColumn; column++) {
        random.restart(salts.neurites + index, column, row);
        const atX = (column + random.uniform()) * spacing;
        const atY = (row + random.uniform()) * spacing;
        const choice = random.uniform();
        if (size.share < 1) {
          const coarseness = smoothNoise(salts.zone, atX / zoneNm, atY / zoneNm);
          if (choice >= size.share + size.shareByZone * coarseness) continue;
        }
        const length = random.uniform();
        const isLong = random.uniform() < size.longShare;
        const turn = random.between(0, Math.PI);
        const angle = hasFibres ? fibreDirection(salts.fibres, atX, atY, turn) : turn;
        const radius =
          size.smallestRadius * (size.largestRadius / size.smallestRadius) ** random.uniform();
        const kind = pickKind(size.kinds, random.uniform());
        out.add({
          kind,
          x: atX - originX,
          y: atY - originY,
          axisX: Math.cos(angle),
          axisY: Math.sin(angle),
          halfLength: (isLong ? length : 0.1 * length) * size.longestHalf,
          radius,
          stiffness: kind === 'myelinated' || kind === 'soma' || kind === 'degenerate' ? 4 : 1,
          bits: random.bits(),
        });
      }
    }
  }
}

const zoneNm = 5200;
/** No point is farther from the nearest surface: every cell of the finest class holds a neurite. */
const farthestSurface = 320;

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
