import { CellRandom } from '../CellRandom.ts';
import { cellHash } from '../cellHash.ts';
import type { SpecimenRegion } from '../Specimen.ts';
import { smoothNoise } from '../smoothNoise.ts';

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
  readonly firstColumn: number;
  readonly firstRow: number;
  readonly columns: number;
  readonly rows: number;
  /** Relative to the region's upper left corner, in nm. */
  readonly xNm: Float64Array;
  readonly yNm: Float64Array;
  /** Squared head start of the grain's growth; NaN where a cell has no seed. */
  readonly headStartNm2: Float64Array;
  readonly bits: Int32Array;
  /** Which island the grain belongs to. */
  readonly island: Int32Array;
}

/** Spacing of ordinary grains, of which a cell has one each. */
export const smallSpacingNm = 30;
/** Spacing of large grains, which only some cells have. */
export const largeSpacingNm = 96;
const islandSpacingNm = 260;
/** Places where grains have grown large are this far apart. */
const growthSpacingNm = 700;

/** Ordinary grains, within two cells of the region. */
export function smallGrains(salts: GoldSalts, region: SpecimenRegion): GrainSeeds {
  const random = new CellRandom();
  return plantSeeds(salts, region, smallSpacingNm, 2, (column, row) => {
    random.restart(salts.small, column, row);
    return {
      x: column + random.between(0.05, 0.95),
      y: row + random.between(0.05, 0.95),
      headStartNm: 15 * random.uniform(),
    };
  });
}

/** Large grains, within one cell of the region; they take the place of the ordinary ones there. */
export function largeGrains(salts: GoldSalts, region: SpecimenRegion): GrainSeeds {
  const random = new CellRandom();
  const perGrowth = largeSpacingNm / growthSpacingNm;
  return plantSeeds(salts, region, largeSpacingNm, 1, (column, row) => {
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

interface Seed {
  /** In cells of the lattice. */
  readonly x: number;
  readonly y: number;
  readonly headStartNm: number;
}

function plantSeeds(
  salts: GoldSalts,
  { leftNm, topNm, width, height, pixelSizeNm }: SpecimenRegion,
  spacingNm: number,
  marginCells: number,
  plant: (column: number, row: number) => Seed | undefined,
): GrainSeeds {
  const firstColumn = Math.floor(leftNm / spacingNm) - marginCells;
  const firstRow = Math.floor(topNm / spacingNm) - marginCells;
  const lastColumn = Math.floor((leftNm + width * pixelSizeNm) / spacingNm) + marginCells;
  const lastRow = Math.floor((topNm + height * pixelSizeNm) / spacingNm) + marginCells;
  const columns = lastColumn - firstColumn + 1;
  const rows = lastRow - firstRow + 1;
  const xNm = new Float64Array(columns * rows);
  const yNm = new Float64Array(columns * rows);
  const headStartNm2 = new Float64Array(columns * rows).fill(Number.NaN);
  const bits = new Int32Array(columns * rows);
  const island = new Int32Array(columns * rows);
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
    island[at] = islandAt(salts.islands, seed.x * perIsland, seed.y * perIsland);
  }
  const lattice = { spacingNm, firstColumn, firstRow, columns, rows };
  return { ...lattice, xNm, yNm, headStartNm2, bits, island };
}

/** The island whose middle is nearest; x, y in cells of the islands' lattice. */
function islandAt(salt: number, x: number, y: number): number {
  let nearest = Number.POSITIVE_INFINITY;
  let island = 0;
  for (let row = Math.floor(y) - 1; row <= Math.floor(y) + 1; row++) {
    for (let column = Math.floor(x) - 1; column <= Math.floor(x) + 1; column++) {
      const bits = cellHash(salt, column, row);
      const dx = column + (bits & 0xffff) / 65536 - x;
      const dy = row + (bits >>> 16) / 65536 - y;
      const square = dx * dx + dy * dy;
      if (square < nearest) {
        nearest = square;
        island = bits;
      }
    }
  }
  return island;
}
