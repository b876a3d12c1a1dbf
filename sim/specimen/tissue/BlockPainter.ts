import { cellHash } from '../cellHash.ts';
import type { SpecimenRegion } from '../Specimen.ts';
import { clumpField } from './clumpField.ts';
import { band, ramp, roundedMin } from './coverage.ts';
import { growNeurite } from './growNeurite.ts';
import type { Neurite } from './Neurite.ts';
import { borderReachNm, geometryFields, NeuriteSet } from './NeuriteSet.ts';
import {
  blockNm,
  channel,
  channels,
  NodeLattice,
  nodeNm,
  nodesPerSide,
  tilesPerSide,
} from './NodeLattice.ts';
import type { Organelle } from './Organelle.ts';
import { organelleStain } from './organelleStain.ts';
import { Particles } from './Particles.ts';
import { type NeuriteSeed, packNeurites } from './packNeurites.ts';
import type { TissueSalts } from './TissueSalts.ts';

/**
 * Paints the part of a region that lies in one block. Stain is composed on a scale where plain
 * resin is 0 and a membrane about 1, and turned into yield at the end.
 *
 * A block consists of tiles, the squares between four nodes of the lattice. Each tile first finds
 * the few neurites, organelles and particles that can show in it; then its pixels ask only those.
 */
export class BlockPainter {
  readonly #salts: TissueSalts;
  readonly #lattice: NodeLattice;
  readonly #packed = new NeuriteSet();
  readonly #inBlock = new NeuriteSet();
  /** One set per pair of columns of tiles, for two rows of tiles at a time. */
  readonly #inPatch = Array.from({ length: tilesPerSide / 2 }, () => new NeuriteSet());
  readonly #patchRow = new Int32Array(tilesPerSide / 2);
  readonly #inTile = new NeuriteSet();
  readonly #extent = { u: 0, v: 0, radius: 0, stretch: 0 };
  /** Neurites are furnished when a tile first needs them, and kept: large ones span many blocks. */
  readonly #grown = new Map<number, Neurite>();
  readonly #neurites: Neurite[] = [];
  readonly #organelles: Organelle[][] = [];
  readonly #grain = new Float64Array(grainPerSide ** 2);
  readonly #clumps = new Float64Array(grainPerSide ** 2);
  readonly #vesicles = new Particles(50, 20, 7);
  readonly #grains = new Particles(40, 11, 11);
  /** Slow fields at a pixel, and their steps from one pixel of a row to the next. */
  readonly #here = new Float64Array(channels);
  readonly #step = new Float64Array(channels);
  readonly #place = { inside: 0, axial: 0, texture: 0, wave: 0, clumps: 0 };
  /** What {@link #locate} finds: the owner, its nearest neighbour, and the way to their border. */
  #owner = 0;
  #neighbour = 0;
  #border = 0;
  #ownDistance = 0;
  #ownNormalU = 0;
  #ownNormalV = 0;
  /** Radius of each neurite of the tile, and the distance at which a border goes out of reach. */
  #farthest = new Float64Array(64);
  #softness = new Float64Array(64);
  #contenders = new Int32Array(64);
  #distances = new Float64Array(64);
  /** From the nearest point of a neurite's axis, and the length of that way. */
  #outwardU = new Float64Array(64);
  #outwardV = new Float64Array(64);
  #lengths = new Float64Array(64);
  /** The border's reach in unfolded nm. */
  #reach = 0;

  constructor(salts: TissueSalts) {
    this.#salts = salts;
    this.#lattice = new NodeLattice(salts);
  }

  /** Writes the pixels of a region whose centres lie in the block at `index * blockNm`. */
  paint(blockColumn: number, blockRow: number, region: SpecimenRegion, out: Float32Array): void {
    const { width, height, pixelSizeNm } = region;
    const leftNm = region.leftNm - blockColumn * blockNm;
    const topNm = region.topNm - blockRow * blockNm;
    const firstFrom = (edgeNm: number, cornerNm: number) =>
      Math.max(0, Math.ceil((edgeNm - cornerNm) / pixelSizeNm - 0.5));
    if (firstFrom(0, leftNm) >= Math.min(width, firstFrom(blockNm, leftNm))) return;
    if (firstFrom(0, topNm) >= Math.min(height, firstFrom(blockNm, topNm))) return;
    this.#prepareBlock(blockColumn, blockRow);
    for (let row = 0; row < tilesPerSide; row++) {
      const firstRow = firstFrom(row * nodeNm, topNm);
      const endRow = Math.min(height, firstFrom((row + 1) * nodeNm, topNm));
      if (firstRow >= endRow) continue;
      for (let column = 0; column < tilesPerSide; column++) {
        const firstColumn = firstFrom(column * nodeNm, leftNm);
        const endColumn = Math.min(width, firstFrom((column + 1) * nodeNm, leftNm));
        if (firstColumn >= endColumn) continue;
        const tile: Tile = {
          corner: row * nodesPerSide + column,
          xNm: blockColumn * blockNm + column * nodeNm,
          yNm: blockRow * blockNm + row * nodeNm,
          firstX: leftNm - column * nodeNm + (firstColumn + 0.5) * pixelSizeNm,
          firstY: topNm - row * nodeNm + (firstRow + 0.5) * pixelSizeNm,
          columns: endColumn - firstColumn,
          rows: endRow - firstRow,
          start: firstRow * width + firstColumn,
        };
        this.#prepareTile(tile);
        this.#paintTile(tile, width, pixelSizeNm, out);
      }
    }
  }

  #prepareBlock(blockColumn: number, blockRow: number): void {
    this.#lattice.prepare(blockColumn, blockRow);
    const nodes = nodesPerSide ** 2;
    const { values, stretch } = this.#lattice;
    const all = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
    for (let at = 0; at < nodes; at++) {
      const u = values[channel.u * nodes + at]!;
      const v = values[channel.v * nodes + at]!;
      all.left = Math.min(all.left, u);
      all.right = Math.max(all.right, u);
      all.top = Math.min(all.top, v);
      all.bottom = Math.max(all.bottom, v);
    }
    const origin = { originX: blockColumn * blockNm, originY: blockRow * blockNm };
    packNeurites(this.#salts, { ...origin, ...all }, this.#packed);
    const radius = Math.hypot(all.right - all.left, all.bottom - all.top) / 2;
    const u = (all.left + all.right) / 2;
    const v = (all.top + all.bottom) / 2;
    this.#packed.narrowInto(this.#inBlock, u, v, radius, Math.max(...stretch));
    this.#patchRow.fill(-1);
  }

  /** Centre, radius and largest stretch of a square of tiles in the unfolded plane. */
  #measureExtent(corner: number, tiles: number): void {
    const { values, stretch } = this.#lattice;
    const nodes = nodesPerSide ** 2;
    const extent = this.#extent;
    const last = corner + tiles * (nodesPerSide + 1);
    extent.u = (values[channel.u * nodes + corner]! + values[channel.u * nodes + last]!) / 2;
    extent.v = (values[channel.v * nodes + corner]! + values[channel.v * nodes + last]!) / 2;
    let square = 0;
    extent.stretch = 0;
    for (let row = 0; row <= tiles; row++) {
      for (let column = 0; column <= tiles; column++) {
        const at = corner + row * nodesPerSide + column;
        const du = values[channel.u * nodes + at]! - extent.u;
        const dv = values[channel.v * nodes + at]! - extent.v;
        square = Math.max(square, du * du + dv * dv);
        // Interpolated derivatives cannot exceed those at the corners.
        extent.stretch = Math.max(extent.stretch, stretch[at]!);
      }
    }
    extent.radius = Math.sqrt(square);
  }

  /** The neurites around the two by two tiles that this one belongs to. */
  #patchOf(corner: number): NeuriteSet {
    const row = Math.floor(corner / nodesPerSide);
    const pair = Math.floor((corner - row * nodesPerSide) / 2);
    const patch = this.#inPatch[pair]!;
    const firstRow = row - (row % 2);
    if (this.#patchRow[pair] !== firstRow) {
      this.#patchRow[pair] = firstRow;
      this.#measureExtent(firstRow * nodesPerSide + 2 * pair, 2);
      const { u, v, radius, stretch } = this.#extent;
      this.#inBlock.narrowInto(patch, u, v, radius, stretch);
    }
    return patch;
  }

  #prepareTile({ corner, xNm, yNm }: Tile): void {
    const patch = this.#patchOf(corner);
    this.#measureExtent(corner, 1);
    const { u, v, radius, stretch } = this.#extent;
    patch.narrowInto(this.#inTile, u, v, radius, stretch);
    const { count, seeds } = this.#inTile;
    if (this.#distances.length < count) {
      this.#contenders = new Int32Array(2 * count);
      this.#farthest = new Float64Array(2 * count);
      this.#softness = new Float64Array(2 * count);
      this.#distances = new Float64Array(2 * count);
      this.#outwardU = new Float64Array(2 * count);
      this.#outwardV = new Float64Array(2 * count);
      this.#lengths = new Float64Array(2 * count);
    }
    let stiffest = 1;
    for (let index = 0; index < count; index++)
      stiffest = Math.max(stiffest, seeds[index]!.stiffness);
    const reach = borderReachNm * (stretch + smallestRate);
    this.#reach = reach;
    let hasClumps = false;
    let hasVesicles = false;
    let hasGrains = false;
    for (let index = 0; index < count; index++) {
      const seed = seeds[index]!;
      const { radius: ownRadius, stiffness } = seed;
      this.#softness[index] = 1 / stiffness;
      this.#farthest[index] = ownRadius + ((stiffness + stiffest) * reach) / stiffness;
      const neurite = this.#grow(seed);
      this.#neurites[index] = neurite;
      hasVesicles ||= neurite.granules?.shape === 'vesicle';
      hasGrains ||= neurite.granules?.shape === 'grain';
      hasClumps ||= neurite.clumping > 0;
      this.#organelles[index] ??= [];
      const near = this.#organelles[index]!;
      near.length = 0;
      for (const organelle of neurite.organelles) {
        const away = radius + organelle.radius + organelle.halfLength + largestPixelNm * stretch;
        const du = seed.x + organelle.x - u;
        const dv = seed.y + organelle.y - v;
        if (du * du + dv * dv >= away * away) continue;
        near.push(organelle);
        hasClumps ||= organelle.kind === 'nucleus';
      }
    }
    const { granules, clusters } = this.#salts;
    this.#fillGrain(xNm, yNm);
    if (hasClumps) this.#fillClumps(xNm, yNm);
    if (hasVesicles) this.#vesicles.gather(granules, clusters, xNm, yNm);
    if (hasGrains) this.#grains.gather(granules ^ 1, clusters, xNm, yNm);
  }

  #grow(seed: NeuriteSeed): Neurite {
    // Bits alone could meet by chance; with the radius in the fraction they do not.
    const key = seed.bits + seed.radius / longestRadiusNm;
    let neurite = this.#grown.get(key);
    if (neurite === undefined) {
      neurite = growNeurite(seed);
      this.#grown.set(key, neurite);
    }
    return neurite;
  }

  /** Noise at two scales, uniform each, at the nodes of a tile. */
  #fillGrain(xNm: number, yNm: number): void {
    const { grain: salt } = this.#salts;
    const grain = this.#grain;
    const firstColumn = xNm / grainNm;
    const firstRow = yNm / grainNm;
    for (let row = 0; row < grainPerSide; row += 2) {
      for (let column = 0; column < grainPerSide; column += 2) {
        const bits = cellHash(salt ^ 1, (firstColumn + column) / 2, (firstRow + row) / 2);
        grain[row * grainPerSide + column] = bits / 2147483648;
      }
      for (let column = 1; column < grainPerSide; column += 2) {
        const at = row * grainPerSide + column;
        grain[at] = (grain[at - 1]! + grain[at + 1]!) / 2;
      }
    }
    for (let row = 1; row < grainPerSide; row += 2) {
      for (let column = 0; column < grainPerSide; column++) {
        const at = row * grainPerSide + column;
        grain[at] = (grain[at - grainPerSide]! + grain[at + grainPerSide]!) / 2;
      }
    }
    for (let row = 0, at = 0; row < grainPerSide; row++) {
      for (let column = 0; column < grainPerSide; column++, at++) {
        const bits = cellHash(salt, firstColumn + column, firstRow + row);
        grain[at] = grain[at]! + (fineGrainShare * bits) / 2147483648;
      }
    }
  }

  #fillClumps(xNm: number, yNm: number): void {
    for (let row = 0, at = 0; row < grainPerSide; row++) {
      for (let column = 0; column < grainPerSide; column++, at++) {
        const x = xNm + column * grainNm;
        this.#clumps[at] = clumpField(this.#salts.chromatin, x, yNm + row * grainNm);
      }
    }
  }

  #paintTile(tile: Tile, width: number, pixelSizeNm: number, out: Float32Array): void {
    const here = this.#here;
    const step = this.#step;
    for (let row = 0; row < tile.rows; row++) {
      const y = tile.firstY + row * pixelSizeNm;
      this.#startRow(tile.corner, tile.firstX, y, pixelSizeNm);
      const start = tile.start + row * width;
      for (let column = 0; column < tile.columns; column++) {
        this.#locate();
        const x = tile.firstX + column * pixelSizeNm;
        const stain =
          this.#stain(x, y, pixelSizeNm) * here[channel.stain]! + here[channel.ground]!;
        out[start + column] = Math.max(0, yieldOfResin + yieldPerStain * stain);
        for (let field = 0; field < channels; field++) here[field] = here[field]! + step[field]!;
      }
    }
  }

  /** Interpolates the slow fields at the first pixel of a row of a tile. */
  #startRow(corner: number, x: number, y: number, pixelSizeNm: number): void {
    const { values } = this.#lattice;
    const right = x / nodeNm;
    const down = y / nodeNm;
    for (let field = 0, at = corner; field < channels; field++, at += nodesPerSide ** 2) {
      const below = at + nodesPerSide;
      const west = values[at]! + down * (values[below]! - values[at]!);
      const east = values[at + 1]! + down * (values[below + 1]! - values[at + 1]!);
      this.#here[field] = west + right * (east - west);
      this.#step[field] = ((east - west) * pixelSizeNm) / nodeNm;
    }
  }

  /** Finds the neurite that owns the place, and its distance from the border with the others. */
  #locate(): void {
    const { count, geometry } = this.#inTile;
    const here = this.#here;
    const contenders = this.#contenders;
    const distances = this.#distances;
    const lengths = this.#lengths;
    const outwardU = this.#outwardU;
    const outwardV = this.#outwardV;
    const farthest = this.#farthest;
    const softness = this.#softness;
    const u = here[channel.u]!;
    const v = here[channel.v]!;
    let owner = 0;
    let best = Number.POSITIVE_INFINITY;
    let contending = 0;
    for (let index = 0, at = 0; index < count; index++, at += geometryFields) {
      const acrossU = u - geometry[at]!;
      const acrossV = v - geometry[at + 1]!;
      const axisU = geometry[at + 2]!;
      const axisV = geometry[at + 3]!;
      const halfLength = geometry[at + 4]!;
      const stiffness = geometry[at + 6]!;
      const axial = acrossU * axisU + acrossV * axisV;
      const along = axial > halfLength ? halfLength : Math.max(axial, -halfLength);
      const du = acrossU - along * axisU;
      const dv = acrossV - along * axisV;
      const square = du * du + dv * dv;
      // Most are too far to own the place or to touch the owner, which shows without a root.
      const limit = best * softness[index]! + farthest[index]!;
      if (limit < 0 || square > limit * limit) continue;
      const length = Math.sqrt(square) + 1e-9;
      const distance = (length - geometry[at + 5]!) * stiffness;
      contenders[contending] = index;
      distances[contending] = distance;
      lengths[contending] = length;
      outwardU[contending] = du;
      outwardV[contending] = dv;
      if (distance < best) {
        best = distance;
        owner = contending;
      }
      contending++;
    }
    const uByX = here[channel.uByX]!;
    const uByY = here[channel.uByY]!;
    const vByX = here[channel.vByX]!;
    const vByY = here[channel.vByY]!;
    // The metric of the unfolded plane: squares of its lengths per square of those of the section.
    const metricUU = uByX * uByX + uByY * uByY;
    const metricUV = uByX * vByX + uByY * vByY;
    const metricVV = vByX * vByX + vByY * vByY;
    const ownIndex = contenders[owner]!;
    const ownStiffness = geometry[ownIndex * geometryFields + 6]!;
    const ownScale = ownStiffness / lengths[owner]!;
    const ownU = outwardU[owner]! * ownScale;
    const ownV = outwardV[owner]! * ownScale;
    let closeness = 0;
    let nearest = 0;
    let neighbour = owner;
    for (let index = 0; index < contending; index++) {
      if (index === owner) continue;
      const gap = distances[index]! - best;
      const stiffness = geometry[contenders[index]! * geometryFields + 6]!;
      if (gap > (stiffness + ownStiffness) * this.#reach) continue;
      // To first order the border lies where the two distances have become equal, a length of
      // gap / rate away. What counts is its inverse square.
      const scale = stiffness / lengths[index]!;
      const du = outwardU[index]! * scale - ownU;
      const dv = outwardV[index]! * scale - ownV;
      const rates =
        metricUU * du * du + 2 * metricUV * du * dv + metricVV * dv * dv + smallestRate * smallestRate;
      const inverse = rates / (gap * gap + 1e-6);
      if (inverse <= beyondReach) continue;
      closeness += inverse * inverse - beyondReach * beyondReach;
      if (inverse > nearest) {
        nearest = inverse;
        neighbour = index;
      }
    }
    this.#ownNormalU = ownU;
    this.#ownNormalV = ownV;
    this.#ownDistance = best;
    this.#owner = ownIndex;
    this.#neighbour = contenders[neighbour]!;
    // A fourth-power mean rounds the corners where three neurites meet; taking off what a border out
    // of reach would add makes borders leave without a step.
    this.#border = closeness > 0 ? 1 / Math.sqrt(Math.sqrt(closeness)) : 1e4;
  }

  /** Stain of the pixel that has been located; x, y relative to the tile's corner. */
  #stain(x: number, y: number, pixelSizeNm: number): number {
    const half = pixelSizeNm / 2;
    const perPixel = 1 / pixelSizeNm;
    const border = this.#border;
    const tilt = this.#here[channel.tilt]!;
    const cleft = 4 + 3 * tilt;
    // A membrane cut at a slant is smeared out and paler.
    const inner = cleft + 9 + 30 * tilt * tilt;
    if (border + half <= cleft) return cleftStain;
    const neurite = this.#neurites[this.#owner]!;
    let depth = border - inner;
    if (neurite.sheath > 0) {
      depth = roundedMin(this.#capsuleDepth() - neurite.sheath, depth - 20, 40);
    }
    let stain = depth > -half ? this.#cytoplasm(neurite, depth, x, y, half, perPixel) : 0;
    if (neurite.sheath > 0) {
      stain += band(depth, 10, 18, half, perPixel) * (0.9 - stain);
      const lamellae = 0.1 * Math.sin(depth * 0.21);
      stain += (1 - ramp(depth, -half, half)) * (myelinStain + lamellae - stain);
    } else if (depth < 40) {
      const density = this.#synapse();
      if (density > 0) stain += density * band(depth, 0, 30, half, perPixel) * (1.5 - stain);
    }
    const contrast = this.#here[channel.contrast]!;
    const membraneStain = groundStain + contrast * (membraneAbove - 0.35 * tilt);
    stain += band(border, cleft, inner, half, perPixel) * (membraneStain - stain);
    return stain + band(border, -cleft, cleft, half, perPixel) * (cleftStain - stain);
  }

  /** Depth below the owner's own surface, whoever its neighbours are. */
  #capsuleDepth(): number {
    const here = this.#here;
    const normalU = this.#ownNormalU;
    const normalV = this.#ownNormalV;
    const byX = here[channel.uByX]! * normalU + here[channel.vByX]! * normalV;
    const byY = here[channel.uByY]! * normalU + here[channel.vByY]! * normalV;
    return -this.#ownDistance / (Math.sqrt(byX * byX + byY * byY) + smallestRate);
  }

  #cytoplasm(
    neurite: Neurite,
    depth: number,
    x: number,
    y: number,
    half: number,
    perPixel: number,
  ): number {
    const here = this.#here;
    const texture = bilinear(this.#grain, grainPerSide, x / grainNm, y / grainNm);
    const wave = here[channel.reticulum]!;
    let stain = neurite.cytoplasm + neurite.grain * texture;
    if (neurite.clumping > 0) {
      const clumps = bilinear(this.#clumps, grainPerSide, x / grainNm, y / grainNm);
      stain += neurite.clumping * (0.3 * clumps + ramp(clumps, -0.2, 0.6) - 0.5);
    }
    if (neurite.hasReticulum) {
      const byX = here[channel.reticulumByX]!;
      const byY = here[channel.reticulumByY]!;
      const slope = Math.sqrt(byX * byX + byY * byY) + 2e-4;
      const off = Math.abs(wave) / slope;
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
      const cover = particles.cover(x, y, granules, half, perPixel);
      if (cover !== 0) {
        const target = cover > 0 ? granules.stain : coreStain;
        stain += ramp(depth, 10, 24) * Math.abs(cover) * (target - stain);
      }
    }
    const organelles = this.#organelles[this.#owner]!;
    if (organelles.length === 0) return this.#fineContrast(neurite, stain);
    const { x: centreU, y: centreV } = this.#inTile.seeds[this.#owner]!;
    for (let index = 0; index < organelles.length; index++) {
      const organelle = organelles[index]!;
      const { axisX, axisY, halfLength } = organelle;
      const acrossU = here[channel.u]! - centreU - organelle.x;
      const acrossV = here[channel.v]! - centreV - organelle.y;
      const axial = acrossU * axisX + acrossV * axisY;
      const along = Math.max(-halfLength, Math.min(halfLength, axial));
      const du = acrossU - along * axisX;
      const dv = acrossV - along * axisY;
      const length = Math.sqrt(du * du + dv * dv) + 1e-9;
      const byX = (here[channel.uByX]! * du + here[channel.vByX]! * dv) / length;
      const byY = (here[channel.uByY]! * du + here[channel.vByY]! * dv) / length;
      const rate = Math.sqrt(byX * byX + byY * byY) + smallestRate;
      const inside = roundedMin((organelle.radius - length) / rate, depth - 16, 90);
      const cover = ramp(inside, -half, half);
      if (cover === 0) continue;
      const place = this.#place;
      place.inside = inside;
      place.axial = axial;
      place.texture = texture;
      place.wave = wave;
      if (organelle.kind === 'nucleus')
        place.clumps = bilinear(this.#clumps, grainPerSide, x / grainNm, y / grainNm);
      const body = organelleStain(organelle, place, half, perPixel);
      stain += cover * (body - stain);
    }
    return this.#fineContrast(neurite, stain);
  }

  /** Fine structure stands out more in some places than in others; dark bodies are dark everywhere. */
  #fineContrast({ isDark, cytoplasm }: Neurite, stain: number): number {
    return isDark ? stain : cytoplasm + this.#here[channel.contrast]! * (stain - cytoplasm);
  }

  /** Strength, 0..1, of the postsynaptic density that the owner has against its neighbour here. */
  #synapse(): number {
    const own = this.#inTile.seeds[this.#owner]!;
    const other = this.#inTile.seeds[this.#neighbour]!;
    if (other.kind !== 'bouton') return 0;
    if (own.kind !== 'spine' && own.kind !== 'dendrite' && own.kind !== 'soma') return 0;
    const bits = cellHash(own.bits, other.bits, 0);
    if ((bits & 3) === 0) return 0;
    const halfWidth = 70 + ((bits >>> 4) & 127);
    const du = other.x - own.x;
    const dv = other.y - own.y;
    const apart = Math.sqrt(du * du + dv * dv) + 1e-9;
    const share = own.radius / (own.radius + other.radius);
    const acrossU = this.#here[channel.u]! - own.x - share * du;
    const acrossV = this.#here[channel.v]! - own.y - share * dv;
    const along = Math.abs(acrossV * du - acrossU * dv) / apart;
    return 1 - ramp(along, halfWidth - 15, halfWidth + 15);
  }
}

/** The square between four nodes, and the pixels of a region in it. */
interface Tile {
  /** Index of its upper left node. */
  readonly corner: number;
  /** Absolute position of that node, in nm. */
  readonly xNm: number;
  readonly yNm: number;
  /** Centre of the first pixel relative to that node, in nm. */
  readonly firstX: number;
  readonly firstY: number;
  readonly columns: number;
  readonly rows: number;
  /** Index of the first pixel in the region. */
  readonly start: number;
}

/** Keeps the conversion to lengths of the section finite where two normals agree. */
const smallestRate = 0.05;
const grainNm = 16;
const grainPerSide = nodeNm / grainNm + 1;
/** Weight of the grain at single nodes against that at every other node. */
const fineGrainShare = 0.4;
const longestRadiusNm = 1e4;
const largestPixelNm = 14;
const beyondReach = 1 / borderReachNm ** 2;
const cleftStain = 0.65;
const groundStain = 0.25;
const membraneAbove = 0.42;
const coreStain = 0.1;
const myelinStain = 1.4;
/** Set so that the mean yield is 1 and the contrast 15 % rms. */
const yieldOfResin = 0.823;
const yieldPerStain = 0.39;

/** Interpolates between nodes; x, y in lattice units. */
function bilinear(nodes: Float64Array, perSide: number, x: number, y: number): number {
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
