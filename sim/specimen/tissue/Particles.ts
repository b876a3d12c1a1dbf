import { cellHash } from '../../hash/cellHash.ts';
import { smoothNoise } from '../../hash/smoothNoise.ts';
import { band, ramp } from './coverage.ts';
import type { Granules } from './Neurite.ts';
import { nodeNm } from './NodeLattice.ts';

/**
 * Vesicles or grains near one tile: one place per cell of a jittered lattice of the section.
 * Whether a place is taken is up to the neurite around it.
 */
export class Particles {
  readonly #salt: number;
  readonly #clusterSalt: number;
  readonly #spacing: number;
  readonly #radius: number;
  readonly #wall: number;
  /** Share of a pixel that is stained by a particle, and share that lies in clear cores. */
  stained = 0;
  clear = 0;
  #tileX = 0;
  #tileY = 0;
  #density = 0;
  #isGathered = false;
  #count = 0;
  readonly #x = new Float64Array(mostPlaces);
  readonly #y = new Float64Array(mostPlaces);
  readonly #rank = new Float64Array(mostPlaces);
  readonly #crowding = new Float64Array(mostPlaces);

  /**
   * @param clusterSalt - Of the field of their clusters.
   * @param spacing - Of the lattice, in nm.
   * @param radius - Outer radius, in nm.
   * @param wall - Thickness of the stained wall, in nm; `radius` for a solid grain.
   */
  constructor(salt: number, clusterSalt: number, spacing: number, radius: number, wall: number) {
    this.#salt = salt;
    this.#clusterSalt = clusterSalt;
    this.#spacing = spacing;
    this.#radius = radius;
    this.#wall = wall;
  }

  /**
   * Turns to another tile, whose corner is given in absolute nm.
   *
   * @param density - Of the densest granules there, {@link Granules.density}.
   */
  turnTo(tileX: number, tileY: number, density: number): void {
    this.#tileX = tileX;
    this.#tileY = tileY;
    this.#density = density;
    this.#isGathered = false;
  }

  /** Finds the places that can show in the tile. */
  #gather(): void {
    const tileX = this.#tileX;
    const tileY = this.#tileY;
    const spacing = this.#spacing;
    const reach = this.#radius + largestHalfPixel;
    const firstColumn = Math.floor((tileX - reach) / spacing);
    const firstRow = Math.floor((tileY - reach) / spacing);
    const lastColumn = Math.floor((tileX + nodeNm + reach) / spacing);
    const lastRow = Math.floor((tileY + nodeNm + reach) / spacing);
    let count = 0;
    for (let row = firstRow; row <= lastRow; row++) {
      for (let column = firstColumn; column <= lastColumn; column++) {
        const bits = cellHash(this.#salt, column, row);
        const rank = (bits >>> 20) / 4096;
        if (rank > this.#density) continue;
        const x = (column + (bits & 0x3ff) / 1024) * spacing - tileX;
        const y = (row + ((bits >>> 10) & 0x3ff) / 1024) * spacing - tileY;
        if (x < -reach || y < -reach || x > nodeNm + reach || y > nodeNm + reach) continue;
        const [u, v] = [(tileX + x) / clusterNm, (tileY + y) / clusterNm];
        const crowd = smoothNoise(this.#clusterSalt, u, v);
        this.#x[count] = x;
        this.#y[count] = y;
        this.#rank[count] = rank;
        this.#crowding[count] = ramp(crowd, -0.3, 0.5);
        count++;
      }
    }
    this.#count = count;
    this.#isGathered = true;
  }

  /**
   * Finds {@link stained} and {@link clear} for a pixel.
   *
   * @param x - Relative to the tile's corner, in nm, as `y`.
   */
  cover(x: number, y: number, granules: Granules, half: number, perPixel: number): void {
    if (!this.#isGathered) this.#gather();
    const { density, clustering } = granules;
    const reach = this.#radius + half;
    const core = this.#radius - this.#wall;
    let stained = 0;
    let clear = 0;
    for (let at = 0; at < this.#count; at++) {
      const dx = x - this.#x[at]!;
      const dy = y - this.#y[at]!;
      const square = dx * dx + dy * dy;
      if (square >= reach * reach) continue;
      if (this.#rank[at]! >= density * (1 - clustering + clustering * this.#crowding[at]!))
        continue;
      const distance = Math.sqrt(square);
      stained = Math.max(stained, band(distance, core, this.#radius, half, perPixel));
      if (core > 0) clear = Math.max(clear, band(distance, -core, core, half, perPixel));
    }
    this.stained = stained;
    this.clear = Math.min(clear, 1 - stained);
  }
}

const mostPlaces = 64;
const largestHalfPixel = 7;
/** Size of clusters, in nm. */
const clusterNm = 330;
