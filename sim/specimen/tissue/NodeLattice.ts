import { smoothNoise } from '../../hash/smoothNoise.ts';
import type { TissueRecipe } from './TissueRecipe.ts';
import type { TissueSalts } from './TissueSalts.ts';

/** Side of the block that is prepared at once, in nm. */
export const blockNm = 512;
/** Spacing of the nodes between which slow fields are interpolated, in nm. */
export const nodeNm = 64;
export const tilesPerSide = blockNm / nodeNm;
export const nodesPerSide = tilesPerSide + 1;

/** The fields kept at every node; `channel * nodesPerSide^2 + row * nodesPerSide + column`. */
export const channel = {
  /** Unfolded position relative to the block's origin, in nm. */
  u: 0,
  v: 1,
  /** Derivatives of the unfolded position. */
  uByX: 2,
  uByY: 3,
  vByX: 4,
  vByY: 5,
  /** The field whose zero lines are endoplasmic reticulum, and its gradient per nm. */
  reticulum: 6,
  reticulumByX: 7,
  reticulumByY: 8,
  /** How obliquely membranes are cut, 0 (upright) and up. */
  tilt: 9,
  /** Strength of the stain, about 1. */
  stain: 10,
  /** Contrast of everything that is drawn, about 1. */
  contrast: 11,
  /** Stain of the ground substance everywhere, about 0. */
  ground: 12,
} as const;
export const channels = 13;

/**
 * Slow fields of one block, at nodes anchored to absolute specimen coordinates, so that regions
 * which overlap interpolate between the same values.
 *
 * The packing of neurites is laid out in an unfolded plane; `u, v` says where in that plane a place
 * of the section lies. Folds of several sizes bend and stretch what is drawn there.
 */
export class NodeLattice {
  readonly values = new Float64Array(channels * nodesPerSide ** 2);
  /** Largest rate at which unfolded distances grow with those of the section, at every node. */
  readonly stretch = new Float64Array(nodesPerSide ** 2);
  readonly #folds: readonly [readonly Fold[], readonly Fold[]];
  readonly #reticulum: Octave;
  readonly #tilt: Octave;
  readonly #unevenness: Readonly<
    Record<'stain' | 'fineStain' | 'mottle' | 'slow' | 'lessSlow' | 'excess', Octave>
  >;
  readonly #contrast: number | 'uneven';
  readonly #ringed = {
    u: new Float64Array(ringedPerSide ** 2),
    v: new Float64Array(ringedPerSide ** 2),
    reticulum: new Float64Array(ringedPerSide ** 2),
  };

  constructor(salts: TissueSalts, { contrast }: TissueRecipe) {
    const foldsAlong = (axis: number) =>
      folds.map(({ spacingNm, amplitudeNm }, index) => ({
        amplitudeNm,
        octave: new Octave(salts.fold + 2 * index + axis, spacingNm),
      }));
    this.#folds = [foldsAlong(0), foldsAlong(1)];
    this.#reticulum = new Octave(salts.reticulum, 640);
    this.#tilt = new Octave(salts.tilt, 520);
    this.#unevenness = {
      stain: new Octave(salts.stain, 3600),
      fineStain: new Octave(salts.stain ^ 1, 1500),
      mottle: new Octave(salts.stain ^ 4, 125),
      slow: new Octave(salts.stain ^ 3, 3600),
      lessSlow: new Octave(salts.stain ^ 5, 1300),
      excess: new Octave(salts.stain ^ 2, 1900),
    };
    this.#contrast = contrast;
  }

  /** Fills the lattice for a block given by its indices: its origin is `index * blockNm`. */
  prepare(blockColumn: number, blockRow: number): void {
    const { u, v, reticulum } = this.#ringed;
    const originX = blockColumn * blockNm;
    const originY = blockRow * blockNm;
    for (let row = 0, at = 0; row < ringedPerSide; row++) {
      for (let column = 0; column < ringedPerSide; column++, at++) {
        const x = (column - 1) * nodeNm;
        const y = (row - 1) * nodeNm;
        u[at] = x + this.#fold(0, originX + x, originY + y);
        v[at] = y + this.#fold(1, originX + x, originY + y);
        reticulum[at] = this.#reticulum.at(originX + x, originY + y);
      }
    }
    for (let row = 0; row < nodesPerSide; row++) {
      for (let column = 0; column < nodesPerSide; column++) {
        const x = originX + column * nodeNm;
        const y = originY + row * nodeNm;
        const to = row * nodesPerSide + column;
        const from = (row + 1) * ringedPerSide + column + 1;
        this.#set(channel.u, to, u[from]!);
        this.#set(channel.v, to, v[from]!);
        this.#setGradient(channel.uByX, channel.uByY, to, u, from);
        this.#setGradient(channel.vByX, channel.vByY, to, v, from);
        this.#noteStretch(to);
        this.#set(channel.reticulum, to, reticulum[from]!);
        this.#setGradient(channel.reticulumByX, channel.reticulumByY, to, reticulum, from);
        const tilt = this.#tilt.at(x, y) - 0.4;
        this.#set(channel.tilt, to, Math.min(1, Math.max(0, tilt)));
        this.#setUnevenness(to, x, y);
      }
    }
  }

  /** How staining, ground substance and the contrast of fine structure vary over micrometres. */
  #setUnevenness(to: number, x: number, y: number): void {
    if (this.#contrast !== 'uneven') {
      this.#set(channel.stain, to, 1);
      this.#set(channel.ground, to, 0);
      this.#set(channel.contrast, to, this.#contrast);
      return;
    }
    const octaves = this.#unevenness;
    const stain = 0.1 * octaves.stain.at(x, y) + 0.05 * octaves.fineStain.at(x, y);
    this.#set(channel.stain, to, 1 + stain);
    // What lies under the surface shows blurred everywhere, inside large pale profiles too.
    const mottle = 0.16 * octaves.mottle.at(x, y);
    const slow = 0.12 * octaves.slow.at(x, y) + 0.09 * octaves.lessSlow.at(x, y);
    this.#set(channel.ground, to, mottle + slow - groundShift);
    // Even over most of the field, and much stronger in places.
    const excess = 0.2 * Math.exp(octaves.excess.at(x, y));
    this.#set(channel.contrast, to, Math.min(3, 0.85 + excess));
  }

  /** The larger singular value of the derivatives. */
  #noteStretch(at: number): void {
    const nodes = nodesPerSide ** 2;
    const uByX = this.values[channel.uByX * nodes + at]!;
    const uByY = this.values[channel.uByY * nodes + at]!;
    const vByX = this.values[channel.vByX * nodes + at]!;
    const vByY = this.values[channel.vByY * nodes + at]!;
    const squares = uByX ** 2 + uByY ** 2 + vByX ** 2 + vByY ** 2;
    const determinant = uByX * vByY - uByY * vByX;
    const spread = Math.sqrt(Math.max(0, squares ** 2 - 4 * determinant ** 2));
    this.stretch[at] = Math.sqrt((squares + spread) / 2);
  }

  #fold(axis: 0 | 1, x: number, y: number): number {
    let shift = 0;
    for (const { amplitudeNm, octave } of this.#folds[axis]) shift += amplitudeNm * octave.at(x, y);
    return shift;
  }

  #set(field: number, at: number, value: number): void {
    this.values[field * nodesPerSide ** 2 + at] = value;
  }

  #setGradient(byX: number, byY: number, to: number, field: Float64Array, from: number): void {
    this.#set(byX, to, (field[from + 1]! - field[from - 1]!) / (2 * nodeNm));
    this.#set(
      byY,
      to,
      (field[from + ringedPerSide]! - field[from - ringedPerSide]!) / (2 * nodeNm),
    );
  }
}

/** Where there is much myelin the rest is paler, so that the mean yield stays 1. */
const groundShift = 0.066;
/** One more node on every side, for central differences. */
const ringedPerSide = nodesPerSide + 2;

/** From bundles of fibres down to the wriggle of a single membrane. */
const folds = [
  { spacingNm: 9000, amplitudeNm: 800 },
  { spacingNm: 3300, amplitudeNm: 260 },
  { spacingNm: 1150, amplitudeNm: 110 },
  { spacingNm: 390, amplitudeNm: 28 },
] as const;

interface Fold {
  readonly amplitudeNm: number;
  readonly octave: Octave;
}

/** A smooth field of one size, turned by an angle that depends on its salt, so that no two lattices line up. */
class Octave {
  readonly #salt: number;
  readonly #along: number;
  readonly #across: number;

  constructor(salt: number, spacingNm: number) {
    const angle = ((salt >>> 8) & 0xffff) / 65536;
    this.#salt = salt;
    this.#along = Math.cos(angle) / spacingNm;
    this.#across = Math.sin(angle) / spacingNm;
  }

  at(x: number, y: number): number {
    const along = this.#along;
    const across = this.#across;
    return smoothNoise(this.#salt, x * along + y * across, y * along - x * across);
  }
}
