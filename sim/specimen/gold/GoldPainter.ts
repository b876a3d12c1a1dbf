import { edgeGlow, shareInside } from '../drawing/edgeProfile.ts';
import type { SpecimenRegion } from '../drawing/Specimen.ts';
import { type GoldSalts, type GrainSeeds, largeGrains, smallGrains } from './GrainSeeds.ts';
import { PowerCell } from './PowerCell.ts';
import { pairShare } from './pairShare.ts';

/**
 * Paints gold on carbon, grain by grain: each is the cell of its seed in a power diagram, drawn
 * back from its borders by half a gap, its corners rounded.
 */
export class GoldPainter {
  readonly #region: SpecimenRegion;
  /** What gold adds to the film, and the film itself, at every pixel. */
  readonly #gold: Float32Array;
  readonly #film: Float32Array;
  readonly #seeds: readonly GrainSeeds[];
  readonly #cell = new PowerCell();
  /** Borders of the present grain: unit vectors towards its neighbours, distances from its seed. */
  #borders = 0;
  readonly #towardsX = new Float64Array(mostBorders);
  readonly #towardsY = new Float64Array(mostBorders);
  readonly #distanceNm = new Float64Array(mostBorders);
  readonly #neighbour = new Int32Array(mostBorders);
  readonly #neighbourIsland = new Int32Array(mostBorders);
  readonly #isBare = new Uint8Array(mostBorders);
  readonly #halfGapNm = new Float64Array(mostBorders);

  #spanLeft = 0;
  #spanRight = 0;

  constructor(salts: GoldSalts, region: SpecimenRegion) {
    this.#region = region;
    this.#gold = new Float32Array(region.width * region.height);
    this.#film = new Float32Array(region.width * region.height);
    this.#seeds = [smallGrains(salts, region), largeGrains(salts, region)];
  }

  /** Every pixel belongs to one grain, which sets the film; gold may reach across the border. */
  paint(): Float32Array {
    const { width, height, pixelSizeNm } = this.#region;
    for (const seeds of this.#seeds) {
      const { reachNm } = seeds;
      for (let at = 0; at < seeds.bits.length; at++) {
        if (Number.isNaN(seeds.headStartNm2[at]!)) continue;
        const x = seeds.xNm[at]!;
        const y = seeds.yNm[at]!;
        const isFar =
          Math.max(-x, x - width * pixelSizeNm) > reachNm ||
          Math.max(-y, y - height * pixelSizeNm) > reachNm;
        if (!isFar) this.#paintGrain(seeds, at);
      }
    }
    const film = this.#film;
    return this.#gold.map((gold, at) => gold + film[at]!);
  }

  #paintGrain(seeds: GrainSeeds, at: number): void {
    this.#borders = 0;
    this.#cell.restart(seeds.reachNm);
    for (const others of this.#seeds) this.#meet(seeds, at, others);
    if (this.#cell.corners === 0) return;
    this.#keepNearBorders(seeds.bits[at]!, seeds.island[at]!);
    this.#fill(seeds.xNm[at]!, seeds.yNm[at]!, seeds.tone[at]!);
  }

  /** Cuts the cell by those of a kind that may border on it, and notes the borders. */
  #meet(seeds: GrainSeeds, at: number, others: GrainSeeds): void {
    const x = seeds.xNm[at]!;
    const y = seeds.yNm[at]!;
    const { spacingNm, columns } = others;
    const reachNm = seeds.reachNm + others.reachNm;
    const column = Math.floor((x - others.leftNm) / spacingNm);
    const row = Math.floor((y - others.topNm) / spacingNm);
    // From near to far: the sooner the cell is small, the fewer of the others can touch it.
    const steps = nearToFar[Math.ceil(reachNm / spacingNm)]!;
    for (let step = 0; step < steps.length; step += 2) {
      const other = (row + steps[step + 1]!) * columns + column + steps[step]!;
      const headStartNm2 = others.headStartNm2[other]!;
      if (Number.isNaN(headStartNm2) || (other === at && others === seeds)) continue;
      const dx = others.xNm[other]! - x;
      const dy = others.yNm[other]! - y;
      const squareNm2 = dx * dx + dy * dy;
      if (squareNm2 > reachNm * reachNm) continue;
      const apartNm = Math.sqrt(squareNm2);
      const distanceNm = (squareNm2 + seeds.headStartNm2[at]! - headStartNm2) / (2 * apartNm);
      const isCrack = others.island[other]! !== seeds.island[at]!;
      const farthestNm = depthReachNm + (isCrack ? widestCrackNm : widestGapNm);
      if (distanceNm >= this.#cell.radius + farthestNm) continue;
      const index = this.#borders++;
      this.#towardsX[index] = dx / apartNm;
      this.#towardsY[index] = dy / apartNm;
      this.#distanceNm[index] = distanceNm;
      this.#neighbour[index] = others.bits[other]!;
      this.#isBare[index] = Number.isNaN(others.tone[other]!) ? 1 : 0;
      this.#neighbourIsland[index] = others.island[other]!;
      this.#cell.cut(dx / apartNm, dy / apartNm, distanceNm);
      if (this.#cell.corners === 0) return;
    }
  }

  /** Leaves out borders too far from all of the cell to show in it. */
  #keepNearBorders(bits: number, island: number): void {
    let kept = 0;
    for (let at = 0; at < this.#borders; at++) {
      const x = this.#towardsX[at]!;
      const y = this.#towardsY[at]!;
      const distanceNm = this.#distanceNm[at]!;
      const least = this.#cell.leastDistance(x, y, distanceNm);
      const other = this.#neighbourIsland[at]!;
      if (least >= depthReachNm + (island === other ? widestGapNm : widestCrackNm)) continue;
      const grains = pairShare(bits, this.#neighbour[at]!);
      const gapNm = halfGapNm(grains, island === other ? 0 : pairShare(island, other));
      if (least >= depthReachNm + gapNm) continue;
      this.#towardsX[kept] = x;
      this.#towardsY[kept] = y;
      this.#distanceNm[kept] = distanceNm;
      this.#isBare[kept] = this.#isBare[at]!;
      this.#halfGapNm[kept++] = gapNm;
    }
    this.#borders = kept;
  }

  /** Paints the pixels that the grain can be seen in; `tone` from -1 to 1, NaN without gold. */
  #fill(seedX: number, seedY: number, tone: number): void {
    const { width, height, pixelSizeNm } = this.#region;
    const { corners, y } = this.#cell;
    const half = pixelSizeNm / 2;
    let top = y[0]!;
    let bottom = y[0]!;
    for (let at = 1; at < corners; at++) {
      if (y[at]! < top) top = y[at]!;
      if (y[at]! > bottom) bottom = y[at]!;
    }
    const firstRow = Math.max(0, Math.ceil((seedY + top - half) / pixelSizeNm - 0.5));
    const lastRow = Math.min(height - 1, (seedY + bottom + half) / pixelSizeNm - 0.5);
    for (let row = firstRow; row <= lastRow; row++) {
      const down = (row + 0.5) * pixelSizeNm - seedY;
      this.#span(down, half);
      const from = Math.max(0, Math.ceil((seedX + this.#spanLeft) / pixelSizeNm - 0.5));
      const to = Math.min(width - 1, (seedX + this.#spanRight) / pixelSizeNm - 0.5);
      for (let column = from; column <= to; column++) {
        const across = (column + 0.5) * pixelSizeNm - seedX;
        const at = row * width + column;
        if (Number.isNaN(tone)) this.#setFilm(across, down, at);
        else this.#addGold(across, down, at, tone, half);
      }
    }
  }

  /**
   * From where to where the grain can be seen at a height `y` relative to its seed: all of its cell,
   * and beyond borders whose half gap is less than half a pixel.
   */
  #span(y: number, half: number): void {
    let left = Number.NEGATIVE_INFINITY;
    let right = Number.POSITIVE_INFINITY;
    for (let at = 0; at < this.#borders; at++) {
      const beyondNm = Math.max(overlapNm, half + slackNm - this.#halfGapNm[at]!);
      const toBorder = this.#distanceNm[at]! + beyondNm - y * this.#towardsY[at]!;
      const towards = this.#towardsX[at]!;
      const x = toBorder / towards;
      if (towards > 0) {
        if (x < right) right = x;
      } else if (towards < 0) {
        if (x > left) left = x;
      }
    }
    this.#spanLeft = left;
    this.#spanRight = right;
  }

  /** A pixel of a cell without gold, at a place relative to its seed. */
  #setFilm(x: number, y: number, to: number): void {
    let nearest = openNm;
    for (let at = 0; at < this.#borders; at++) {
      const borderNm = this.#distanceNm[at]! - x * this.#towardsX[at]! - y * this.#towardsY[at]!;
      if (borderNm < -overlapNm) return;
      if (this.#isBare[at] === 1) continue;
      nearest = Math.min(nearest, borderNm + this.#halfGapNm[at]!);
    }
    this.#film[to] = filmYield(nearest);
  }

  /** A pixel of a grain or beside it, at a place relative to its seed. */
  #addGold(x: number, y: number, to: number, tone: number, half: number): void {
    const borders = this.#borders;
    const towardsX = this.#towardsX;
    const towardsY = this.#towardsY;
    const distanceNm = this.#distanceNm;
    const halfGaps = this.#halfGapNm;
    let closeness = 0;
    let innermost = Number.POSITIVE_INFINITY;
    let nearest = depthReachNm;
    for (let at = 0; at < borders; at++) {
      const border = distanceNm[at]! - x * towardsX[at]! - y * towardsY[at]!;
      if (border < innermost) innermost = border;
      const depth = border - halfGaps[at]!;
      if (depth >= depthReachNm) continue;
      const shifted = depth + roundingNm;
      const square = shifted * shifted;
      closeness += 1 / (square * square) - beyondReach;
      if (depth < nearest) nearest = depth;
    }
    if (innermost >= -overlapNm) this.#film[to] = filmYield(-nearest);
    // A fourth-power mean rounds the corners where three grains meet; taking off what a border out
    // of reach would add makes borders leave without a step.
    const depth =
      closeness > 0 ? 1 / Math.sqrt(Math.sqrt(closeness)) - roundingNm : Number.POSITIVE_INFINITY;
    if (depth <= -half) return;
    const gold = shareInside(depth, half) * (grainYield + grainSpread * tone - filmYield(0));
    this.#gold[to]! += gold + edgeYield * edgeGlow(depth, half, edgeLengthNm);
  }
}

/** Steps of column and row to the cells of a lattice, by how many cells away they may be. */
const nearToFar = Array.from({ length: 7 }, (_, reach) => {
  const side = 2 * reach + 1;
  const steps = Array.from({ length: side * side }, (_step, at) => {
    const column = (at % side) - reach;
    const row = Math.floor(at / side) - reach;
    return { column, row, square: column * column + row * row };
  });
  steps.sort((a, b) => a.square - b.square);
  return Int32Array.from(steps.flatMap(({ column, row }) => [column, row]));
});
/** More than there are seeds within reach of one. */
const mostBorders = 256;
/** On a border both neighbours set the film, so that rounding leaves no pixel out. */
const overlapNm = 1e-6;
/** The rounded depth exceeds the true one by less than this beyond an edge. */
const slackNm = 0.5;
/** Deeper inside a grain its edge does not matter. */
const depthReachNm = 10;
/** Rounds corners; larger than the widest half gap. */
const roundingNm = 12;
const beyondReach = 1 / (depthReachNm + roundingNm) ** 4;
const grainYield = 1.2;
const grainSpread = 0.15;
const carbonYield = 0.42;
/** The film is shaded up to this far from gold. */
const openNm = 9;
/** Edges emit more, falling off over this length into the grain. */
const edgeYield = 0.8;
const edgeLengthNm = 3.5;
/** Half widths that no gap and no crack exceeds, see {@link halfGapNm}. */
const widestGapNm = 3;
const widestCrackNm = 8.3;

/** Yield of the film at a distance from gold, whose walls keep electrons back. */
function filmYield(distanceNm: number): number {
  const share = Math.max(0, Math.min(1, distanceNm / openNm));
  return carbonYield * (0.3 + 0.7 * share);
}

/**
 * Grains of one island nearly touch; between islands the film is cracked.
 *
 * @param grains - In [0, 1), drawn for the two grains.
 * @param islands - In [0, 1), drawn for their islands; 0 if they are of one.
 */
function halfGapNm(grains: number, islands: number): number {
  return islands === 0 ? 0.8 + 2.2 * grains : 1.8 + grains + 5.5 * islands * islands;
}
