import { CellRandom } from '../../hash/CellRandom.ts';
import { cellHash } from '../../hash/cellHash.ts';
import { smoothNoise } from '../../hash/smoothNoise.ts';
import type { SpecimenRegion } from '../drawing/Specimen.ts';
import { pairShare } from './pairShare.ts';

/** 32 bits each for what is drawn independently. */
export interface GoldSalts {
  readonly small: number;
  readonly large: number;
  readonly islands: number;
  readonly growth: number;
}

/** Seeds of grains, one per cell of a jittered lattice, for a region and its surroundings. */
export interface GrainSeeds {
  readonly spacingNm: number;
  /** Corner of the first cell relative to the region's upper left corner, in nm. */
  readonly leftNm: number;
  readonly topNm: number;
  readonly columns: number;
  /** No place farther from a seed belongs to its grain. */
  readonly reachNm: number;
  /** Relative to the region's upper left corner, in nm. */
  readonly xNm: Float64Array;
  readonly yNm: Float64Array;
  /** Squared head start of the grain's growth; NaN where a cell has no seed. */
  readonly headStartNm2: Float64Array;
  readonly bits: Int32Array;
  /** Which island the grain belongs to. */
  readonly island: Int32Array;
  /** Brightness of the grain, -1 to 1; NaN where the film is bare instead. */
  readonly tone: Float64Array;
}

/** Spacing of ordinary grains, of which a cell has one each. */
const smallSpacingNm = 40;
/** Spacing of large grains, which only some cells have. */
const largeSpacingNm = 96;
const islandSpacingNm = 260;
/** Grains whose seeds lie nearer than this to the border of an island may be missing. */
const widestCrackNm = 26;
/** Places where grains have grown large are this far apart. */
const growthSpacingNm = 700;

/** Ordinary grains, one in every cell. */
export function smallGrains(salts: GoldSalts, region: SpecimenRegion): GrainSeeds {
  const random = new CellRandom();
  const kind = { spacingNm: smallSpacingNm, reachNm: 56, marginNm: 290 };
  return plantSeeds(salts, region, kind, (column, row) => {
    random.restart(salts.small, column, row);
    return {
      x: column + random.between(0.05, 0.95),
      y: row + random.between(0.05, 0.95),
      headStartNm: 25 * random.uniform(),
    };
  });
}

/** Large grains, in some cells only; they take the place of the ordinary ones there. */
export function largeGrains(salts: GoldSalts, region: SpecimenRegion): GrainSeeds {
  const random = new CellRandom();
  const perGrowth = largeSpacingNm / growthSpacingNm;
  const kind = { spacingNm: largeSpacingNm, reachNm: 85, marginNm: 380 };
  return plantSeeds(salts, region, kind, (column, row) => {
    random.restart(salts.large, column, row);
    const growth = smoothNoise(salts.growth, (column + 0.5) * perGrowth, (row + 0.5) * perGrowth);
    if (random.uniform() > 0.22 + 0.2 * growth) return undefined;
    return {
      x: column + random.between(0.1, 0.9),
      y: row + random.between(0.1, 0.9),
      headStartNm: random.between(24, 46 + 8 * growth),
    };
  });
}

interface GrainKind {
  readonly spacingNm: number;
  readonly reachNm: number;
  /** How far beyond the region seeds are looked for, whole cells beyond those that matter. */
  readonly marginNm: number;
}

interface Seed {
  /** In cells of the lattice. */
  readonly x: number;
  readonly y: number;
  readonly headStartNm: number;
}

function plantSeeds(
  salts: GoldSalts,
  { leftNm, topNm, width, height, pixelSizeNm }: SpecimenRegion,
  { spacingNm, reachNm, marginNm }: GrainKind,
  plant: (column: number, row: number) => Seed | undefined,
): GrainSeeds {
  const firstColumn = Math.floor((leftNm - marginNm) / spacingNm);
  const firstRow = Math.floor((topNm - marginNm) / spacingNm);
  const lastColumn = Math.floor((leftNm + width * pixelSizeNm + marginNm) / spacingNm);
  const lastRow = Math.floor((topNm + height * pixelSizeNm + marginNm) / spacingNm);
  const columns = lastColumn - firstColumn + 1;
  const rows = lastRow - firstRow + 1;
  const xNm = new Float64Array(columns * rows);
  const yNm = new Float64Array(columns * rows);
  const headStartNm2 = new Float64Array(columns * rows).fill(Number.NaN);
  const bits = new Int32Array(columns * rows);
  const island = new Int32Array(columns * rows);
  const tone = new Float64Array(columns * rows);
  for (let at = 0; at < bits.length; at++) {
    const column = firstColumn + (at % columns);
    const row = firstRow + Math.floor(at / columns);
    const seed = plant(column, row);
    if (seed === undefined) continue;
    xNm[at] = seed.x * spacingNm - leftNm;
    yNm[at] = seed.y * spacingNm - topNm;
    headStartNm2[at] = seed.headStartNm ** 2;
    bits[at] = cellHash(salts.small ^ spacingNm, column, row);
    const perIsland = spacingNm / islandSpacingNm;
    const { own, other, toBorder } = islandAt(
      salts.islands,
      seed.x * perIsland,
      seed.y * perIsland,
    );
    island[at] = own;
    const isBare = toBorder * islandSpacingNm < widestCrackNm * pairShare(own, other) ** 2;
    tone[at] = isBare ? Number.NaN : (0.6 * bits[at]! + 0.4 * own) / 2147483648;
  }
  return {
    ...{ spacingNm, reachNm, columns },
    leftNm: firstColumn * spacingNm - leftNm,
    topNm: firstRow * spacingNm - topNm,
    xNm,
    yNm,
    headStartNm2,
    bits,
    island,
    tone,
  };
}

/** The island whose middle is nearest, the next one, and how far the border between them is. */
function islandAt(salt: number, x: number, y: number) {
  let nearest = Number.POSITIVE_INFINITY;
  let second = Number.POSITIVE_INFINITY;
  let own = 0;
  let other = 0;
  for (let row = Math.floor(y) - 1; row <= Math.floor(y) + 1; row++) {
    for (let column = Math.floor(x) - 1; column <= Math.floor(x) + 1; column++) {
      const bits = cellHash(salt, column, row);
      const dx = column + (bits & 0xffff) / 65536 - x;
      const dy = row + (bits >>> 16) / 65536 - y;
      const square = dx * dx + dy * dy;
      if (square < nearest) {
        second = nearest;
        other = own;
        nearest = square;
        own = bits;
      } else if (square < second) {
        second = square;
        other = bits;
      }
    }
  }
  // About: exact where the two middles are a cell apart.
  return { own, other, toBorder: (second - nearest) / 2 };
}
