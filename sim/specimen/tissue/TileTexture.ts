import { cellHash } from '../../hash/cellHash.ts';
import { smoothNoise } from '../../hash/smoothNoise.ts';
import { nodeNm } from './NodeLattice.ts';

/** Fine grain and clumps of one tile, kept at nodes 16 nm apart and interpolated between them. */
export class TileTexture {
  readonly #grainSalt: number;
  readonly #clumpSalt: number;
  readonly #grain = new Float64Array(perSide ** 2);
  readonly #clumps = new Float64Array(perSide ** 2);
  #xNm = 0;
  #yNm = 0;
  /** Clumps are worked out where a pixel asks for them. */
  #hasClumps = false;

  constructor(grainSalt: number, clumpSalt: number) {
    this.#grainSalt = grainSalt;
    this.#clumpSalt = clumpSalt;
  }

  /**
   * Turns to another tile.
   *
   * @param xNm - Absolute position of the tile's corner, as `yNm`.
   */
  turnTo(xNm: number, yNm: number): void {
    this.#xNm = xNm;
    this.#yNm = yNm;
    this.#hasClumps = false;
    this.#fillGrain();
  }

  /** Noise at every other node, uniform in -1..1, and less of it at every single one. */
  #fillGrain(): void {
    const salt = this.#grainSalt;
    const grain = this.#grain;
    const firstColumn = this.#xNm / spacingNm;
    const firstRow = this.#yNm / spacingNm;
    for (let row = 0; row < perSide; row += 2) {
      for (let column = 0; column < perSide; column += 2) {
        const bits = cellHash(salt ^ 1, (firstColumn + column) / 2, (firstRow + row) / 2);
        grain[row * perSide + column] = bits / 2147483648;
      }
      for (let column = 1; column < perSide; column += 2) {
        const at = row * perSide + column;
        grain[at] = (grain[at - 1]! + grain[at + 1]!) / 2;
      }
    }
    for (let row = 1; row < perSide; row += 2) {
      for (let column = 0; column < perSide; column++) {
        const at = row * perSide + column;
        grain[at] = (grain[at - perSide]! + grain[at + perSide]!) / 2;
      }
    }
    for (let row = 0, at = 0; row < perSide; row++) {
      for (let column = 0; column < perSide; column++, at++) {
        const bits = cellHash(salt, firstColumn + column, firstRow + row);
        grain[at] = grain[at]! + (fineShare * bits) / 2147483648;
      }
    }
  }

  #fillClumps(): void {
    this.#hasClumps = true;
    for (let row = 0, at = 0; row < perSide; row++) {
      const y = this.#yNm + row * spacingNm;
      for (let column = 0; column < perSide; column++, at++)
        this.#clumps[at] = clumpField(this.#clumpSalt, this.#xNm + column * spacingNm, y);
    }
  }

  /** @param x - Relative to the tile's corner, in nm, as `y`. */
  grainAt(x: number, y: number): number {
    return bilinear(this.#grain, x / spacingNm, y / spacingNm);
  }

  /** {@link clumpField}, likewise. */
  clumpsAt(x: number, y: number): number {
    if (!this.#hasClumps) this.#fillClumps();
    return bilinear(this.#clumps, x / spacingNm, y / spacingNm);
  }
}

const spacingNm = 16;
const perSide = nodeNm / spacingNm + 1;
/** Weight of the noise at single nodes. */
const fineShare = 0.4;

/** Interpolates between nodes; x, y in units of their spacing. */
function bilinear(nodes: Float64Array, x: number, y: number): number {
  const column = Math.min(perSide - 2, Math.floor(x));
  const row = Math.min(perSide - 2, Math.floor(y));
  const right = x - column;
  const down = y - row;
  const at = row * perSide + column;
  const below = at + perSide;
  const upper = nodes[at]! + right * (nodes[at + 1]! - nodes[at]!);
  const lower = nodes[below]! + right * (nodes[below + 1]! - nodes[below]!);
  return upper + down * (lower - upper);
}

/** A ragged field, of standard deviation 1.2, whose high places are clumps of chromatin and the like. */
function clumpField(salt: number, xNm: number, yNm: number): number {
  return (
    0.8 * smoothNoise(salt, xNm / 900, yNm / 900) +
    0.3 * smoothNoise(salt ^ 1, xNm / 260, yNm / 260) +
    0.77 * smoothNoise(salt ^ 2, xNm / 100, yNm / 100)
  );
}
