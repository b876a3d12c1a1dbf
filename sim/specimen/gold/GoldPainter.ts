import { cellHash } from '../cellHash.ts';
import type { SpecimenRegion } from '../Specimen.ts';
import {
  type GoldSalts,
  type GrainSeeds,
  largeGrains,
  largeSpacingNm,
  smallGrains,
  smallSpacingNm,
} from './GrainSeeds.ts';

/**
 * Paints gold on carbon, square by square: grains are the cells of a power diagram (each owns what
 * it would have reached first, growing from its seed with a head start), drawn back from their
 * borders by half a gap.
 *
 * @see Aurenhammer 1987, Power diagrams, SIAM J. Comput. 16, 78.
 */
export class GoldPainter {
  readonly #region: SpecimenRegion;
  readonly #small: GrainSeeds;
  readonly #large: GrainSeeds;
  /** The seeds that matter in the present square. */
  #count = 0;
  readonly #xNm = new Float64Array(mostSeeds);
  readonly #yNm = new Float64Array(mostSeeds);
  readonly #headStartNm2 = new Float64Array(mostSeeds);
  readonly #bits = new Int32Array(mostSeeds);
  readonly #island = new Int32Array(mostSeeds);
  readonly #halfGapNm = new Float64Array(mostSeeds * mostSeeds);
  readonly #apartNm = new Float64Array(mostSeeds * mostSeeds);
  readonly #lead = new Float64Array(mostSeeds);

  constructor(salts: GoldSalts, region: SpecimenRegion) {
    this.#region = region;
    this.#small = smallGrains(salts, region);
    this.#large = largeGrains(salts, region);
  }

  paint(): Float32Array {
    const { leftNm, topNm, width, height, pixelSizeNm } = this.#region;
    const yields = new Float32Array(width * height);
    const columnOf = (index: number, edgeNm: number) =>
      Math.floor((edgeNm + (index + 0.5) * pixelSizeNm) / smallSpacingNm);
    for (let top = 0; top < height; ) {
      const row = columnOf(top, topNm);
      let bottom = top + 1;
      while (bottom < height && columnOf(bottom, topNm) === row) bottom++;
      for (let left = 0; left < width; ) {
        const column = columnOf(left, leftNm);
        let right = left + 1;
        while (right < width && columnOf(right, leftNm) === column) right++;
        this.#gather(column, row);
        for (let y = top; y < bottom; y++) {
          for (let x = left; x < right; x++) {
            const xNm = (x + 0.5) * pixelSizeNm;
            yields[y * width + x] = this.#yieldAt(xNm, (y + 0.5) * pixelSizeNm, pixelSizeNm / 2);
          }
        }
        left = right;
      }
      top = bottom;
    }
    return yields;
  }

  /** Finds the seeds that can own a place in one cell of the small lattice, or border on it. */
  #gather(column: number, row: number): void {
    this.#count = 0;
    this.#gatherFrom(this.#small, column, row, 2);
    const ratio = smallSpacingNm / largeSpacingNm;
    const largeColumn = Math.floor((column + 0.5) * ratio);
    this.#gatherFrom(this.#large, largeColumn, Math.floor((row + 0.5) * ratio), 1);
    this.#keepContenders(column, row);
    for (let a = 0; a < this.#count; a++) {
      for (let b = 0; b < this.#count; b++) {
        const at = a * mostSeeds + b;
        this.#apartNm[at] = Math.hypot(
          this.#xNm[a]! - this.#xNm[b]!,
          this.#yNm[a]! - this.#yNm[b]!,
        );
        this.#halfGapNm[at] = this.#halfGapBetween(a, b);
      }
    }
  }

  #gatherFrom(seeds: GrainSeeds, column: number, row: number, reach: number): void {
    for (let dy = -reach; dy <= reach; dy++) {
      const start = (row + dy - seeds.firstRow) * seeds.columns + column - seeds.firstColumn;
      for (let at = start - reach; at <= start + reach; at++) {
        const headStartNm2 = seeds.headStartNm2[at]!;
        if (Number.isNaN(headStartNm2)) continue;
        const to = this.#count++;
        this.#xNm[to] = seeds.xNm[at]!;
        this.#yNm[to] = seeds.yNm[at]!;
        this.#headStartNm2[to] = headStartNm2;
        this.#bits[to] = seeds.bits[at]!;
        this.#island[to] = seeds.island[at]!;
      }
    }
  }

  /** Leaves out seeds that are nowhere in the square within reach of winning. */
  #keepContenders(column: number, row: number): void {
    const half = smallSpacingNm / 2;
    const middleX = (column + 0.5) * smallSpacingNm - this.#region.leftNm;
    const middleY = (row + 0.5) * smallSpacingNm - this.#region.topNm;
    let limit = Number.POSITIVE_INFINITY;
    for (let at = 0; at < this.#count; at++) {
      const farX = Math.abs(this.#xNm[at]! - middleX) + half;
      const farY = Math.abs(this.#yNm[at]! - middleY) + half;
      limit = Math.min(limit, farX * farX + farY * farY - this.#headStartNm2[at]!);
    }
    let kept = 0;
    for (let at = 0; at < this.#count; at++) {
      const nearX = Math.max(0, Math.abs(this.#xNm[at]! - middleX) - half - borderReachNm);
      const nearY = Math.max(0, Math.abs(this.#yNm[at]! - middleY) - half - borderReachNm);
      if (nearX * nearX + nearY * nearY - this.#headStartNm2[at]! > limit) continue;
      this.#xNm[kept] = this.#xNm[at]!;
      this.#yNm[kept] = this.#yNm[at]!;
      this.#headStartNm2[kept] = this.#headStartNm2[at]!;
      this.#bits[kept] = this.#bits[at]!;
      this.#island[kept] = this.#island[at]!;
      kept++;
    }
    this.#count = kept;
  }

  /** Grains of one island nearly touch; between islands the film is cracked. */
  #halfGapBetween(a: number, b: number): number {
    const grains = share(this.#bits[a]!, this.#bits[b]!);
    if (this.#island[a] === this.#island[b]) return 0.8 + 2.2 * grains;
    const crack = share(this.#island[a]!, this.#island[b]!);
    return 1.8 + grains + 5.5 * crack * crack;
  }

  #yieldAt(x: number, y: number, half: number): number {
    const count = this.#count;
    const lead = this.#lead;
    let owner = 0;
    let best = Number.POSITIVE_INFINITY;
    for (let at = 0; at < count; at++) {
      const dx = x - this.#xNm[at]!;
      const dy = y - this.#yNm[at]!;
      const power = dx * dx + dy * dy - this.#headStartNm2[at]!;
      lead[at] = power;
      if (power < best) {
        best = power;
        owner = at;
      }
    }
    let closeness = 0;
    let nearest = borderReachNm;
    let halfGap = 0;
    for (let at = 0; at < count; at++) {
      if (at === owner) continue;
      const pair = owner * mostSeeds + at;
      const border = (lead[at]! - best) / (2 * this.#apartNm[pair]!);
      if (border >= borderReachNm) continue;
      const gap = this.#halfGapNm[pair]!;
      const shifted = border - gap + roundingNm;
      const square = shifted * shifted;
      closeness += 1 / (square * square) - beyondReach;
      if (border - gap < nearest) {
        nearest = border - gap;
        halfGap = gap;
      }
    }
    // A fourth-power mean rounds the corners where three grains meet.
    const depth = closeness > 0 ? 1 / Math.sqrt(Math.sqrt(closeness)) - roundingNm : borderReachNm;
    const floor = carbonYield * (halfGap / (halfGap + 2.5));
    const beyond = -depth - 2 * halfGap;
    const cover = inside(depth, half);
    const opposite = halfGap === 0 ? 0 : inside(beyond, half);
    const grain = grainYield + grainSpread * (this.#bits[owner]! / 2147483648);
    const edges = rim(depth, half) + (opposite === 0 ? 0 : rim(beyond, half));
    const covered = Math.min(1, cover + opposite);
    return floor + covered * (grain - floor) + edgeYield * edges;
  }
}

const mostSeeds = 25 + 9;
/** Borders further away do not matter. */
const borderReachNm = 22;
/** Rounds corners: larger than the widest half gap. */
const roundingNm = 12;
const beyondReach = 1 / (borderReachNm + roundingNm) ** 4;
const grainYield = 1.1;
const grainSpread = 0.14;
const carbonYield = 0.42;
/** Edges emit more, falling off over this length into the grain. */
const edgeYield = 0.75;
const edgeLengthNm = 4;

/** The same random number in [0, 1) for a pair in either order. */
function share(a: number, b: number): number {
  return (cellHash(0x601d, Math.min(a, b), Math.max(a, b)) >>> 0) / 4294967296;
}

/** Share of a pixel that lies inside an edge at this depth. */
function inside(depth: number, half: number): number {
  return Math.max(0, Math.min(1, 0.5 + depth / (2 * half)));
}

/** Mean over a pixel of the falling brightness behind an edge. */
function rim(depth: number, half: number): number {
  if (depth <= -half || depth > 6 * edgeLengthNm + half) return 0;
  const from = Math.max(0, depth - half);
  const decay = Math.exp(-from / edgeLengthNm) - Math.exp(-(depth + half) / edgeLengthNm);
  return (edgeLengthNm / (2 * half)) * decay;
}
