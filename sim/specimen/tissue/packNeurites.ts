import { CellRandom } from '../CellRandom.ts';
import { smoothNoise } from '../smoothNoise.ts';
import { growNeurite } from './growNeurite.ts';
import type { Neurite } from './Neurite.ts';
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
 * The neurites that have any say inside a window: each point belongs to the one whose surface is
 * nearest, counted negative inside (an Apollonius diagram of capsules). Small ones that lie inside
 * larger ones lose everywhere and vanish.
 */
export function packNeurites(salts: TissueSalts, window: UnfoldedWindow): Neurite[] {
  const { originX, originY, left, top, right, bottom } = window;
  const centreX = (left + right) / 2;
  const centreY = (top + bottom) / 2;
  const radius = Math.hypot(right - left, bottom - top) / 2;
  const random = new CellRandom();
  const seeds: Seed[] = [];
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
        const coarseness = smoothNoise(salts.zone, atX / zoneNm, atY / zoneNm);
        if (random.uniform() >= size.share + size.shareByZone * coarseness) continue;
        const length = random.uniform();
        const isLong = random.uniform() < size.longShare;
        const angle = random.between(0, Math.PI);
        const seed: Seed = {
          level: index,
          x: atX - originX,
          y: atY - originY,
          axisX: Math.cos(angle),
          axisY: Math.sin(angle),
          halfLength: (isLong ? length : 0.1 * length) * size.longestHalf,
          radius:
            size.smallestRadius * (size.largestRadius / size.smallestRadius) ** random.uniform(),
          bits: random.bits(),
          surface: 0,
        };
        seed.surface = surfaceDistance(seed, centreX, centreY);
        seeds.push(seed);
      }
    }
  }
  let nearest = Number.POSITIVE_INFINITY;
  for (const { surface } of seeds) nearest = Math.min(nearest, surface);
  const limit = nearest + 2 * radius + influence;
  return seeds.filter(({ surface }) => surface <= limit).map((seed) => growNeurite(seed));
}

/** Where a neurite lies and how large it is, before it is known what it is. */
export interface Seed {
  readonly level: number;
  readonly x: number;
  readonly y: number;
  readonly axisX: number;
  readonly axisY: number;
  readonly halfLength: number;
  readonly radius: number;
  readonly bits: number;
  surface: number;
}

interface SizeClass {
  readonly spacing: number;
  /** Share of lattice cells that hold one, and its change with the coarseness of the zone. */
  readonly share: number;
  readonly shareByZone: number;
  readonly smallestRadius: number;
  readonly largestRadius: number;
  readonly longestHalf: number;
  readonly longShare: number;
}

/** Somata, dendrites and thick axons, axons and spines, the finest processes; nm. */
const sizes: readonly SizeClass[] = [
  {
    spacing: 11000,
    share: 0.26,
    shareByZone: 0.12,
    smallestRadius: 2100,
    largestRadius: 3600,
    longestHalf: 1200,
    longShare: 0.5,
  },
  {
    spacing: 2300,
    share: 0.5,
    shareByZone: 0.22,
    smallestRadius: 330,
    largestRadius: 980,
    longestHalf: 1700,
    longShare: 0.4,
  },
  {
    spacing: 780,
    share: 0.75,
    shareByZone: -0.1,
    smallestRadius: 110,
    largestRadius: 330,
    longestHalf: 800,
    longShare: 0.4,
  },
  {
    spacing: 330,
    share: 1,
    shareByZone: 0,
    smallestRadius: 30,
    largestRadius: 110,
    longestHalf: 330,
    longShare: 0.35,
  },
];

const zoneNm = 5200;
/** No point is farther than this from the nearest surface: every cell of the finest class holds one. */
const farthestSurface = 500;
/** Neurites farther than this from a point's own leave no trace there. */
export const influence = 520;

function surfaceDistance(seed: Seed, x: number, y: number): number {
  const acrossX = x - seed.x;
  const acrossY = y - seed.y;
  const along = acrossX * seed.axisX + acrossY * seed.axisY;
  const held = Math.max(-seed.halfLength, Math.min(seed.halfLength, along));
  return Math.hypot(acrossX - held * seed.axisX, acrossY - held * seed.axisY) - seed.radius;
}
