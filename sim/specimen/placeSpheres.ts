import { CellRandom } from '../hash/CellRandom.ts';
import type { SpecimenRegion } from './drawing/Specimen.ts';

/** A sphere that rests on the film; centre relative to the region's upper left corner. */
export interface Sphere {
  readonly xNm: number;
  readonly yNm: number;
  readonly radiusNm: number;
}

/**
 * All spheres that touch a region: log-normal diameters, none inside another.
 *
 * Spheres are settled in generations from large to small. In each, one candidate per cell of a
 * jittered lattice is proposed; it yields to every settled larger sphere that it would touch and,
 * within its generation, to every candidate of higher rank. So the outcome at a place depends on
 * its surroundings alone, and any region finds the same spheres.
 *
 * @param reach - Distance from its centre up to which a sphere matters, in its radii, >= 1.
 */
export function placeSpheres(salt: number, region: SpecimenRegion, reach: number): Sphere[] {
  const settled: Generation[] = [];
  const marginsNm = generationMarginsNm(reach);
  const random = new CellRandom();
  for (let index = 0; index < sizes.length; index++) {
    const size = sizes[index]!;
    const candidates = propose(salt + index, size, region, marginsNm[index]!, random);
    for (let at = 0; at < candidates.radiusNm.length; at++) {
      if (candidates.radiusNm[at]! > 0 && settled.some((larger) => touches(larger, candidates, at)))
        candidates.radiusNm[at] = 0;
    }
    settled.push(keepHighestRanks(candidates));
  }
  return settled.flatMap((generation) => spheresIn(generation, region, reach));
}

/** Number-weighted log-normal distribution of diameters. */
const medianDiameterNm = 60;
const logSd = 1.15;
const largestDiameterNm = 3000;
const smallestDiameterNm = 10;
/** Proposed spheres would cover the film this many times over; most of them find no room. */
const proposedCover = 2.6;
const generationRatio = 0.8;

interface GenerationSize {
  readonly largestRadiusNm: number;
  readonly smallestRadiusNm: number;
  readonly spacingNm: number;
  readonly probability: number;
}

const sizes: readonly GenerationSize[] = generationSizes();

function generationSizes(): GenerationSize[] {
  const meanAreaNm2 = (Math.PI / 4) * medianDiameterNm ** 2 * Math.exp(2 * logSd ** 2);
  const list: GenerationSize[] = [];
  for (let top = largestDiameterNm; top > smallestDiameterNm; top *= generationRatio) {
    const middle = top * Math.sqrt(generationRatio);
    const deviate = Math.log(middle / medianDiameterNm) / logSd;
    const share =
      (-Math.log(generationRatio) / (logSd * Math.sqrt(2 * Math.PI))) *
      Math.exp(-(deviate ** 2) / 2);
    const perNm2 = (proposedCover / meanAreaNm2) * share;
    const spacingNm = Math.ceil(Math.max(1.6 * top, Math.sqrt(0.7 / perNm2)));
    list.push({
      largestRadiusNm: top / 2,
      smallestRadiusNm: (top * generationRatio) / 2,
      spacingNm,
      probability: Math.min(1, perNm2 * spacingNm ** 2),
    });
  }
  return list;
}

/**
 * How far beyond the region each generation has to be settled, so that no candidate that matters
 * misses a larger neighbour.
 */
function generationMarginsNm(reach: number): number[] {
  const marginsNm: number[] = new Array(sizes.length).fill(0);
  for (let index = sizes.length - 1; index >= 0; index--) {
    const { largestRadiusNm } = sizes[index]!;
    let marginNm = reach * largestRadiusNm;
    for (let smaller = index + 1; smaller < sizes.length; smaller++) {
      const gap = contactDistanceNm(largestRadiusNm, sizes[smaller]!.largestRadiusNm);
      marginNm = Math.max(marginNm, marginsNm[smaller]! + gap);
    }
    // Candidates of the same rank order look one contact distance further.
    marginsNm[index] = marginNm + 2 * largestRadiusNm;
  }
  return marginsNm;
}

/** Centre distance, seen from above, of two spheres that lie on a plane and touch. */
function contactDistanceNm(radiusA: number, radiusB: number): number {
  return 2 * Math.sqrt(radiusA * radiusB);
}

/** Candidates of one generation, one per lattice cell; radius 0 where there is none. */
interface Generation {
  readonly spacingNm: number;
  readonly firstColumn: number;
  readonly firstRow: number;
  readonly columns: number;
  readonly rows: number;
  /** Region corner in lattice coordinates times the spacing, in nm. */
  readonly leftNm: number;
  readonly topNm: number;
  readonly largestRadiusNm: number;
  readonly xNm: Float64Array;
  readonly yNm: Float64Array;
  readonly radiusNm: Float64Array;
  readonly rank: Float64Array;
}

function propose(
  salt: number,
  size: GenerationSize,
  region: SpecimenRegion,
  marginNm: number,
  random: CellRandom,
): Generation {
  const { leftNm, topNm, width, height, pixelSizeNm } = region;
  const { spacingNm, largestRadiusNm, smallestRadiusNm, probability } = size;
  const firstColumn = Math.floor((leftNm - marginNm) / spacingNm);
  const firstRow = Math.floor((topNm - marginNm) / spacingNm);
  const columns =
    Math.floor((leftNm + width * pixelSizeNm + marginNm) / spacingNm) - firstColumn + 1;
  const rows = Math.floor((topNm + height * pixelSizeNm + marginNm) / spacingNm) - firstRow + 1;
  const cells = columns * rows;
  const xNm = new Float64Array(cells);
  const yNm = new Float64Array(cells);
  const radiusNm = new Float64Array(cells);
  const rank = new Float64Array(cells);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, at++) {
      random.restart(salt, firstColumn + column, firstRow + row);
      if (random.uniform() >= probability) continue;
      xNm[at] = (firstColumn + column + random.uniform()) * spacingNm - leftNm;
      yNm[at] = (firstRow + row + random.uniform()) * spacingNm - topNm;
      radiusNm[at] = smallestRadiusNm * (largestRadiusNm / smallestRadiusNm) ** random.uniform();
      rank[at] = random.uniform();
    }
  }
  const place = { spacingNm, firstColumn, firstRow, columns, rows, leftNm, topNm };
  return { ...place, largestRadiusNm, xNm, yNm, radiusNm, rank };
}

function touches(larger: Generation, candidates: Generation, at: number): boolean {
  const x = candidates.xNm[at]!;
  const y = candidates.yNm[at]!;
  const radius = candidates.radiusNm[at]!;
  return someNear(larger, x, y, contactDistanceNm(larger.largestRadiusNm, radius), (other) => {
    const gap = contactDistanceNm(larger.radiusNm[other]!, radius);
    return (larger.xNm[other]! - x) ** 2 + (larger.yNm[other]! - y) ** 2 < gap * gap;
  });
}

function keepHighestRanks(candidates: Generation): Generation {
  const radiusNm = candidates.radiusNm.slice();
  const { xNm, yNm, rank } = candidates;
  for (let at = 0; at < radiusNm.length; at++) {
    const radius = radiusNm[at]!;
    if (radius === 0) continue;
    const x = xNm[at]!;
    const y = yNm[at]!;
    const isOutranked = someNear(candidates, x, y, 2 * candidates.largestRadiusNm, (other) => {
      if (rank[other]! <= rank[at]!) return false;
      const gap = contactDistanceNm(candidates.radiusNm[other]!, radius);
      return (xNm[other]! - x) ** 2 + (yNm[other]! - y) ** 2 < gap * gap;
    });
    if (isOutranked) radiusNm[at] = 0;
  }
  return { ...candidates, radiusNm };
}

/** Whether a condition holds for any sphere of a generation centred within a square. */
function someNear(
  generation: Generation,
  xNm: number,
  yNm: number,
  reachNm: number,
  condition: (at: number) => boolean,
): boolean {
  const { spacingNm, firstColumn, firstRow, columns, rows, leftNm, topNm } = generation;
  const left = Math.max(0, Math.floor((xNm - reachNm + leftNm) / spacingNm) - firstColumn);
  const right = Math.min(
    columns - 1,
    Math.floor((xNm + reachNm + leftNm) / spacingNm) - firstColumn,
  );
  const top = Math.max(0, Math.floor((yNm - reachNm + topNm) / spacingNm) - firstRow);
  const bottom = Math.min(rows - 1, Math.floor((yNm + reachNm + topNm) / spacingNm) - firstRow);
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      const at = row * columns + column;
      if (generation.radiusNm[at]! > 0 && condition(at)) return true;
    }
  }
  return false;
}

function spheresIn(generation: Generation, region: SpecimenRegion, reach: number): Sphere[] {
  const spheres: Sphere[] = [];
  const widthNm = region.width * region.pixelSizeNm;
  const heightNm = region.height * region.pixelSizeNm;
  for (let at = 0; at < generation.radiusNm.length; at++) {
    const radiusNm = generation.radiusNm[at]!;
    if (radiusNm === 0) continue;
    const xNm = generation.xNm[at]!;
    const yNm = generation.yNm[at]!;
    const reachNm = Math.max(reach * radiusNm, radiusNm + region.pixelSizeNm);
    const isInside =
      xNm > -reachNm && xNm < widthNm + reachNm && yNm > -reachNm && yNm < heightNm + reachNm;
    if (isInside) spheres.push({ xNm, yNm, radiusNm });
  }
  return spheres;
}
