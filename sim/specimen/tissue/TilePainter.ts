import { type CapsuleBorders, located } from '../../../harness/numeric/index.ts';
import { cellHash } from '../../hash/cellHash.ts';
import { band, ramp, roundedMin } from './coverage.ts';
import { growNeurite } from './growNeurite.ts';
import type { Neurite } from './Neurite.ts';
import type { NeuriteSeed } from './NeuriteSeed.ts';
import { channel, channels } from './NodeLattice.ts';
import type { Organelle } from './Organelle.ts';
import { organelleStain } from './organelleStain.ts';
import { Particles } from './Particles.ts';
import { TileTexture } from './TileTexture.ts';
import type { TissueRecipe } from './TissueRecipe.ts';
import type { TissueSalts } from './TissueSalts.ts';
import { vesselWall } from './vesselWall.ts';

/** Where a tile lies in the unfolded plane. */
export interface TileExtent {
  readonly u: number;
  readonly v: number;
  readonly radius: number;
  /** Largest rate at which unfolded distances grow with those of the section. */
  readonly stretch: number;
}

/**
 * Composes the stain of single places in one tile, on a scale where plain resin is 0 and a membrane
 * about 1.
 */
export class TilePainter {
  readonly #recipe: TissueRecipe;
  readonly #borders: CapsuleBorders;
  readonly #texture: TileTexture;
  readonly #vesicles: Particles;
  readonly #grains: Particles;
  /** All of the block, and its origin. */
  #inBlock: readonly NeuriteSeed[] = [];
  #originX = 0;
  #originY = 0;
  /** Slow fields, and what was located, in two rows of pixels; see {@link CapsuleBorders.pairs}. */
  #pairs: Float64Array = new Float64Array(0);
  #stride = 0;
  /** Of the tile. */
  readonly #seeds: NeuriteSeed[] = [];
  readonly #neurites: Neurite[] = [];
  /** The organelles that can show in it, one neurite's after the other's, and where each begins. */
  readonly #organelles: Organelle[] = [];
  readonly #firstOrganelle: number[] = [0];
  /**
   * The pixel at hand: its centre relative to the tile's corner, half of its side and one over it. Not handed from
   * function to function, because numbers with fractions are put on the heap for that.
   */
  #x = 0;
  #y = 0;
  #half = 0;
  #perPixel = 0;
  readonly #place = { inside: 0, axial: 0, texture: 0, wave: 0, clumps: 0 };

  constructor(salts: TissueSalts, recipe: TissueRecipe, borders: CapsuleBorders) {
    this.#recipe = recipe;
    this.#borders = borders;
    this.#texture = new TileTexture(salts.grain, salts.chromatin);
    this.#vesicles = new Particles(salts.granules, salts.clusters, 50, 20, 7);
    this.#grains = new Particles(salts.granules ^ 1, salts.clusters, 40, 11, 11);
  }

  /** Turns to another block, whose neurites have been loaded; the last number of each is its index in `seeds`. */
  useBlock(originX: number, originY: number, seeds: readonly NeuriteSeed[]): void {
    this.#originX = originX;
    this.#originY = originY;
    this.#inBlock = seeds;
    this.#pairs = this.#borders.pairs;
    this.#stride = this.#borders.pairStride;
  }

  /**
   * Turns to another tile: finds the neurites, organelles and particles that can show in it.
   *
   * @param set - Of the neurites that can show in it.
   * @param xNm - Absolute position of the tile's corner, as `yNm`.
   */
  prepare(set: number, { u, v, radius, stretch }: TileExtent, xNm: number, yNm: number): void {
    const count = this.#borders.countOf(set);
    let near = 0;
    let vesicles = 0;
    let grains = 0;
    for (let index = 0; index < count; index++) {
      const seed = this.#inBlock[this.#borders.carried(set, index)]!;
      seed.neurite ??= growNeurite(seed, this.#recipe);
      const { neurite } = seed;
      this.#seeds[index] = seed;
      this.#neurites[index] = neurite;
      const { granules } = neurite;
      if (granules?.shape === 'vesicle') vesicles = Math.max(vesicles, granules.density);
      if (granules?.shape === 'grain') grains = Math.max(grains, granules.density);
      for (const organelle of neurite.organelles) {
        const away = radius + organelle.radius + organelle.halfLength + largestPixelNm * stretch;
        const du = seed.x - this.#originX + organelle.x - u;
        const dv = seed.y - this.#originY + organelle.y - v;
        if (du * du + dv * dv >= away * away) continue;
        this.#organelles[near++] = organelle;
      }
      this.#firstOrganelle[index + 1] = near;
    }
    this.#texture.turnTo(xNm, yNm);
    this.#vesicles.turnTo(xNm, yNm, vesicles);
    this.#grains.turnTo(xNm, yNm, grains);
  }

  /**
   * Writes the yields of a row of those pixels that were located last.
   *
   * @param lane - 0 for the first row of the pair, 1 for the second.
   * @param x - Of the centre of the first pixel relative to the tile's corner, in nm, as `y`.
   * @param to - Index in `out` of the first pixel.
   */
  paintRow(
    lane: number,
    columns: number,
    x: number,
    y: number,
    pixelSizeNm: number,
    out: Float32Array,
    to: number,
  ): void {
    this.#half = pixelSizeNm / 2;
    this.#perPixel = 1 / pixelSizeNm;
    this.#y = y;
    for (let column = 0; column < columns; column++) {
      this.#x = x + column * pixelSizeNm;
      const stain = this.#stain(2 * column + lane);
      out[to + column] = Math.max(0, yieldOfResin + yieldPerStain * stain);
    }
  }

  /** Stain averaged over a pixel, whose place among those located last is `at`. */
  #stain(at: number): number {
    const pairs = this.#pairs;
    const stride = this.#stride;
    const half = this.#half;
    const perPixel = this.#perPixel;
    const border = pairs[(channels + located.border) * stride + at]!;
    const tilt = pairs[channel.tilt * stride + at]!;
    const cleft = 4 + 3 * tilt;
    // A membrane cut at a slant is smeared out and paler.
    const inner = cleft + 9 + 30 * tilt * tilt;
    const slow = pairs[channel.stain * stride + at]!;
    const ground = pairs[channel.ground * stride + at]!;
    if (border + half <= cleft) return slow * cleftStain + ground;
    const neurite = this.#neurites[pairs[(channels + located.owner) * stride + at]!]!;
    if (neurite.kind === 'vessel') {
      const depth = roundedMin(pairs[(channels + located.depth) * stride + at]!, border, 40);
      const grain = neurite.grain * this.#texture.grainAt(this.#x, this.#y);
      return vesselWall(
        depth,
        pairs[channel.reticulum * stride + at]!,
        grain,
        ground,
        half,
        perPixel,
      );
    }
    let depth = border - inner;
    if (neurite.sheath > 0) {
      depth = roundedMin(
        pairs[(channels + located.depth) * stride + at]! - neurite.sheath,
        depth - 20,
        40,
      );
    }
    let stain = depth > -half ? this.#cytoplasm(neurite, at, depth) : 0;
    if (neurite.sheath > 0) {
      stain += band(depth, 10, 18, half, perPixel) * (0.9 - stain);
      const lamellae = 0.1 * Math.sin(depth * 0.21);
      stain += (1 - ramp(depth, -half, half)) * (neurite.sheathStain + lamellae - stain);
    } else if (depth < 40) {
      const density = this.#synapse(at);
      if (density > 0) stain += density * band(depth, 0, 30, half, perPixel) * (1.5 - stain);
    }
    if (border - half < inner) {
      const membraneStain =
        paleStain + pairs[channel.contrast * stride + at]! * (membraneAbove - 0.35 * tilt);
      const inCleft = band(border, -cleft, cleft, half, perPixel);
      const inMembranes =
        band(border, cleft, inner, half, perPixel) + band(border, -inner, -cleft, half, perPixel);
      stain += inCleft * (cleftStain - stain) + inMembranes * (membraneStain - stain);
    }
    return slow * stain + ground;
  }

  #cytoplasm(neurite: Neurite, at: number, depth: number): number {
    const pairs = this.#pairs;
    const stride = this.#stride;
    const half = this.#half;
    const perPixel = this.#perPixel;
    const texture = this.#texture.grainAt(this.#x, this.#y);
    let stain = neurite.cytoplasm + neurite.grain * texture;
    if (neurite.clumping > 0) {
      const clumps = this.#texture.clumpsAt(this.#x, this.#y);
      stain += neurite.clumping * (0.3 * clumps + ramp(clumps, -0.2, 0.6) - 0.5);
    }
    if (neurite.hasReticulum) {
      const byX = pairs[channel.reticulumByX * stride + at]!;
      const byY = pairs[channel.reticulumByY * stride + at]!;
      const slope = Math.sqrt(byX * byX + byY * byY) + 2e-4;
      const off = Math.abs(pairs[channel.reticulum * stride + at]!) / slope;
      if (off < 40) {
        // Where the field is nearly flat its zero line is no tubule.
        const share = ramp(depth, 25, 45) * ramp(slope, 0.001, 0.002);
        const wall = band(off, 13, 21, half, perPixel);
        const lumen = band(off, -13, 13, half, perPixel);
        stain += share * (wall * (0.85 - stain) + lumen * (0.25 - stain) * 0.6);
      }
    }
    const { granules } = neurite;
    if (granules !== undefined && depth > 10) {
      const particles = granules.shape === 'vesicle' ? this.#vesicles : this.#grains;
      particles.cover(this.#x, this.#y, granules, half, perPixel);
      const { stained, clear } = particles;
      if (stained + clear > 0) {
        const share = ramp(depth, 10, 24);
        stain += share * (stained * (granules.stain - stain) + clear * (coreStain - stain));
      }
    }
    const owner = pairs[(channels + located.owner) * stride + at]!;
    const end = this.#firstOrganelle[owner + 1]!;
    for (let index = this.#firstOrganelle[owner]!; index < end; index++) {
      const organelle = this.#organelles[index]!;
      const inside = this.#insideOrganelle(organelle, at, depth);
      const cover = ramp(inside, -half, half);
      if (cover === 0) continue;
      const place = this.#place;
      place.inside = inside;
      place.texture = texture;
      place.wave = pairs[channel.reticulum * stride + at]!;
      if (organelle.kind === 'nucleus') place.clumps = this.#texture.clumpsAt(this.#x, this.#y);
      stain += cover * (organelleStain(organelle, place, half, perPixel) - stain);
    }
    // Fine structure stands out more in some places than in others; dark bodies are dark everywhere.
    if (neurite.isDark) return stain;
    return neurite.cytoplasm + pairs[channel.contrast * stride + at]! * (stain - neurite.cytoplasm);
  }

  /** Depth below an organelle's surface; the organelle keeps its distance from the neurite's. */
  #insideOrganelle(organelle: Organelle, at: number, depth: number): number {
    const pairs = this.#pairs;
    const stride = this.#stride;
    const { axisX, axisY, halfLength } = organelle;
    const owner = this.#seeds[pairs[(channels + located.owner) * stride + at]!]!;
    const acrossU = pairs[channel.u * stride + at]! - (owner.x - this.#originX) - organelle.x;
    const acrossV = pairs[channel.v * stride + at]! - (owner.y - this.#originY) - organelle.y;
    const axial = acrossU * axisX + acrossV * axisY;
    const along = Math.max(-halfLength, Math.min(halfLength, axial));
    const du = acrossU - along * axisX;
    const dv = acrossV - along * axisY;
    const length = Math.sqrt(du * du + dv * dv) + 1e-9;
    const byX =
      (pairs[channel.uByX * stride + at]! * du + pairs[channel.vByX * stride + at]! * dv) / length;
    const byY =
      (pairs[channel.uByY * stride + at]! * du + pairs[channel.vByY * stride + at]! * dv) / length;
    const rate = Math.sqrt(byX * byX + byY * byY) + smallestRate;
    this.#place.axial = axial;
    return roundedMin((organelle.radius - length) / rate, depth - 16, 90);
  }

  /** Strength, 0..1, of the postsynaptic density that the owner has against its neighbour here. */
  #synapse(at: number): number {
    const pairs = this.#pairs;
    const stride = this.#stride;
    const own = this.#seeds[pairs[(channels + located.owner) * stride + at]!]!;
    const other = this.#seeds[pairs[(channels + located.neighbour) * stride + at]!]!;
    if (other.kind !== 'bouton') return 0;
    if (own.kind !== 'spine' && own.kind !== 'dendrite' && own.kind !== 'soma') return 0;
    const bits = cellHash(own.bits, other.bits, 0);
    if ((bits & 3) === 0) return 0;
    const halfWidth = 70 + ((bits >>> 4) & 127);
    const ownX = own.x - this.#originX;
    const ownY = own.y - this.#originY;
    const du = other.x - this.#originX - ownX;
    const dv = other.y - this.#originY - ownY;
    const apart = Math.sqrt(du * du + dv * dv) + 1e-9;
    const share = own.radius / (own.radius + other.radius);
    const acrossU = pairs[channel.u * stride + at]! - ownX - share * du;
    const acrossV = pairs[channel.v * stride + at]! - ownY - share * dv;
    const along = Math.abs(acrossV * du - acrossU * dv) / apart;
    const width = 1 - ramp(along, halfWidth - 15, halfWidth + 15);
    // Fades where another neighbour comes as near, so that it does not end in a step.
    return width * ramp(pairs[(channels + located.preference) * stride + at]!, 0, 0.4);
  }
}

/** Border distance beyond which nothing depends on it any more, in nm. */
export const borderReachNm = 62;
/** Keeps the conversion to lengths of the section finite where two normals agree. */
export const smallestRate = 0.05;
const largestPixelNm = 14;
const cleftStain = 0.65;
/** Of pale cytoplasm, from which the contrast of membranes counts. */
const paleStain = 0.25;
const membraneAbove = 0.38;
const coreStain = 0.1;

/** Set so that the mean yield is 1 and the contrast 15 % rms. */
const yieldOfResin = 0.825;
const yieldPerStain = 0.38;
