import { cellHash } from '../cellHash.ts';
import type { SpecimenRegion } from '../Specimen.ts';
import { smoothNoise } from '../smoothNoise.ts';
import type { Neurite } from './Neurite.ts';
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
import { packNeurites } from './packNeurites.ts';
import type { TissueSalts } from './TissueSalts.ts';

/**
 * Paints the part of a region that lies in one block. Stain is composed on a scale where plain
 * resin is 0 and a membrane cut upright is 1, and turned into yield at the end.
 */
export class BlockPainter {
  readonly #salts: TissueSalts;
  readonly #lattice: NodeLattice;
  #neurites: Neurite[] = [];
  /** Neurites with a say in the tile, `fieldsPerNeighbour` numbers each, and what each pixel finds. */
  #neighbours: Neurite[] = [];
  readonly #geometry = new Float64Array(mostNeighbours * 6);
  readonly #surface = new Float64Array(mostNeighbours);
  readonly #normalU = new Float64Array(mostNeighbours);
  readonly #normalV = new Float64Array(mostNeighbours);
  #organelles: Organelle[][] = [];
  /** Interpolated channels along a row of pixels, and their increments. */
  readonly #here = new Float64Array(channels);
  readonly #step = new Float64Array(channels);
  readonly #grain = new Float64Array((nodeNm / grainNm + 1) ** 2);
  readonly #rings = new ParticleList(50, 20);
  readonly #dots = new ParticleList(40, 15);

  constructor(salts: TissueSalts) {
    this.#salts = salts;
    this.#lattice = new NodeLattice(salts);
  }

  /** Writes the pixels of a region whose centres lie in the block. */
  paint(blockColumn: number, blockRow: number, region: SpecimenRegion, out: Float32Array): void {
    const leftNm = region.leftNm - blockColumn * blockNm;
    const topNm = region.topNm - blockRow * blockNm;
    const { width, height, pixelSizeNm } = region;
    const firstIn = (edge: number, cornerNm: number) =>
      Math.max(0, Math.ceil((edge - cornerNm) / pixelSizeNm - 0.5));
    if (firstIn(0, leftNm) >= Math.min(width, firstIn(blockNm, leftNm))) return;
    if (firstIn(0, topNm) >= Math.min(height, firstIn(blockNm, topNm))) return;
    this.#lattice.prepare(blockColumn, blockRow);
    this.#neurites = this.#pack(blockColumn, blockRow);
    for (let row = 0; row < tilesPerSide; row++) {
      const firstRow = firstIn(row * nodeNm, topNm);
      const endRow = Math.min(height, firstIn((row + 1) * nodeNm, topNm));
      if (firstRow >= endRow) continue;
      for (let column = 0; column < tilesPerSide; column++) {
        const firstColumn = firstIn(column * nodeNm, leftNm);
        const endColumn = Math.min(width, firstIn((column + 1) * nodeNm, leftNm));
        if (firstColumn >= endColumn) continue;
        this.#prepareTile(blockColumn, blockRow, column, row);
        this.#paintTile(
          { column, row, firstColumn, endColumn, firstRow, endRow },
          { leftNm, topNm, width, pixelSizeNm },
          blockColumn,
          blockRow,
          out,
        );
      }
    }
  }

  #pack(blockColumn: number, blockRow: number): Neurite[] {
    const nodes = nodesPerSide ** 2;
    const { values } = this.#lattice;
    const bounds = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
    for (let at = 0; at < nodes; at++) {
      const u = values[channel.u * nodes + at]!;
      const v = values[channel.v * nodes + at]!;
      bounds.left = Math.min(bounds.left, u);
      bounds.right = Math.max(bounds.right, u);
      bounds.top = Math.min(bounds.top, v);
      bounds.bottom = Math.max(bounds.bottom, v);
    }
    const originX = blockColumn * blockNm;
    const originY = blockRow * blockNm;
    return packNeurites(this.#salts, { originX, originY, ...bounds });
  }

  /** Narrows neurites, organelles and particles down to those that show in one tile. */
  #prepareTile(blockColumn: number, blockRow: number, column: number, row: number): void {
    const { values } = this.#lattice;
    const nodes = nodesPerSide ** 2;
    const corner = row * nodesPerSide + column;
    const corners = [corner, corner + 1, corner + nodesPerSide, corner + nodesPerSide + 1];
    let u = 0;
    let v = 0;
    for (const at of corners) {
      u += values[channel.u * nodes + at]! / 4;
      v += values[channel.v * nodes + at]! / 4;
    }
    let radius = 0;
    for (const at of corners) {
      const du = values[channel.u * nodes + at]! - u;
      const dv = values[channel.v * nodes + at]! - v;
      radius = Math.max(radius, Math.hypot(du, dv));
    }
    const stretch = Math.max(1, (radius * Math.SQRT2) / nodeNm);
    const distances = this.#neurites.map((neurite) => capsuleDistance(neurite, u, v));
    const nearest = Math.min(...distances);
    let visibleNm = borderReachNm;
    for (const [index, { sheath }] of this.#neurites.entries()) {
      if (sheath > 0 && distances[index]! <= nearest + 2 * radius)
        visibleNm = Math.max(visibleNm, sheath + borderReachNm);
    }
    const limit = nearest + 2 * radius + 2 * visibleNm * stretch;
    this.#neighbours = this.#neurites.filter((_, index) => distances[index]! <= limit);
    if (this.#neighbours.length > mostNeighbours) this.#neighbours.length = mostNeighbours;
    for (const [index, neurite] of this.#neighbours.entries()) {
      const { x, y, axisX, axisY, halfLength } = neurite;
      this.#geometry.set([x, y, axisX, axisY, halfLength, neurite.radius], index * 6);
    }
    this.#organelles = this.#neighbours.map(({ organelles }) =>
      organelles.filter((organelle) => capsuleDistance(organelle, u, v) <= radius + 2),
    );
    const perTile = nodeNm / grainNm;
    const grainColumn = (blockColumn * tilesPerSide + column) * perTile;
    const grainRow = (blockRow * tilesPerSide + row) * perTile;
    for (let y = 0, at = 0; y <= perTile; y++) {
      for (let x = 0; x <= perTile; x++, at++) {
        const bits = cellHash(this.#salts.grain, grainColumn + x, grainRow + y);
        this.#grain[at] = bits / 2147483648;
      }
    }
    const x = blockColumn * blockNm + column * nodeNm;
    const y = blockRow * blockNm + row * nodeNm;
    const shapes = this.#neighbours.map(({ granules }) => granules?.shape);
    this.#rings.gather(this.#salts.granules, this.#salts.clusters, x, y, shapes.includes('ring'));
    this.#dots.gather(this.#salts.granules + 1, this.#salts.clusters, x, y, shapes.includes('dot'));
  }

  #paintTile(
    tile: {
      readonly column: number;
      readonly row: number;
      readonly firstColumn: number;
      readonly endColumn: number;
      readonly firstRow: number;
      readonly endRow: number;
    },
    raster: {
      readonly leftNm: number;
      readonly topNm: number;
      readonly width: number;
      readonly pixelSizeNm: number;
    },
    blockColumn: number,
    blockRow: number,
    out: Float32Array,
  ): void {
    const { leftNm, topNm, width, pixelSizeNm } = raster;
    const { values } = this.#lattice;
    const nodes = nodesPerSide ** 2;
    const corner = tile.row * nodesPerSide + tile.column;
    const here = this.#here;
    const step = this.#step;
    const tileLeft = tile.column * nodeNm;
    const tileTop = tile.row * nodeNm;
    const geometry = this.#geometry;
    const surface = this.#surface;
    const normalU = this.#normalU;
    const normalV = this.#normalV;
    const neighbours = this.#neighbours;
    const count = neighbours.length;
    const half = pixelSizeNm / 2;
    const perPixel = 1 / pixelSizeNm;
    const grain = this.#grain;
    const grainSide = nodeNm / grainNm + 1;

    for (let row = tile.firstRow; row < tile.endRow; row++) {
      const y = topNm + (row + 0.5) * pixelSizeNm - tileTop;
      const down = y / nodeNm;
      const x0 = leftNm + (tile.firstColumn + 0.5) * pixelSizeNm - tileLeft;
      const right0 = x0 / nodeNm;
      for (let field = 0, at = corner; field < channels; field++, at += nodes) {
        const west = values[at]! + down * (values[at + nodesPerSide]! - values[at]!);
        const east = values[at + 1]! + down * (values[at + nodesPerSide + 1]! - values[at + 1]!);
        here[field] = west + right0 * (east - west);
        step[field] = ((east - west) * pixelSizeNm) / nodeNm;
      }
      for (let column = tile.firstColumn; column < tile.endColumn; column++) {
        const offset = column - tile.firstColumn;
        const x = x0 + offset * pixelSizeNm;
        const u = here[channel.u]! + offset * step[channel.u]!;
        const v = here[channel.v]! + offset * step[channel.v]!;
        const uByX = here[channel.uByX]! + offset * step[channel.uByX]!;
        const uByY = here[channel.uByY]! + offset * step[channel.uByY]!;
        const vByX = here[channel.vByX]! + offset * step[channel.vByX]!;
        const vByY = here[channel.vByY]! + offset * step[channel.vByY]!;

        // Which neurite, and how far to its border with the others.
        let own = 0;
        for (let index = 0, at = 0; index < count; index++, at += 6) {
          const acrossU = u - geometry[at]!;
          const acrossV = v - geometry[at + 1]!;
          const axisU = geometry[at + 2]!;
          const axisV = geometry[at + 3]!;
          const halfLength = geometry[at + 4]!;
          let along = acrossU * axisU + acrossV * axisV;
          along = along > halfLength ? halfLength : along < -halfLength ? -halfLength : along;
          const du = acrossU - along * axisU;
          const dv = acrossV - along * axisV;
          const distance = Math.sqrt(du * du + dv * dv) + 1e-9;
          surface[index] = distance - geometry[at + 5]!;
          normalU[index] = du / distance;
          normalV[index] = dv / distance;
          if (surface[index]! < surface[own]!) own = index;
        }
        let closeness = 0;
        let nearestBorder = Number.POSITIVE_INFINITY;
        let other = own;
        for (let index = 0; index < count; index++) {
          if (index === own) continue;
          const du = normalU[index]! - normalU[own]!;
          const dv = normalV[index]! - normalV[own]!;
          const byX = uByX * du + vByX * dv;
          const byY = uByY * du + vByY * dv;
          const rate = Math.sqrt(byX * byX + byY * byY) + 0.05;
          const border = (surface[index]! - surface[own]!) / rate + 1e-3;
          const square = border * border;
          closeness += 1 / (square * square);
          if (border < nearestBorder) {
            nearestBorder = border;
            other = index;
          }
        }
        // The fourth-power mean rounds the corners where three neurites meet.
        const border = closeness > 0 ? 1 / Math.sqrt(Math.sqrt(closeness)) : 1e4;

        const neurite = neighbours[own]!;
        const tilt = here[channel.tilt]! + offset * step[channel.tilt]!;
        const cleft = 6 + 3 * tilt;
        const membrane = 9 + 14 * tilt;
        const membraneStain = 1.05 - 0.25 * Math.min(1, tilt);
        const inner = cleft + membrane;
        let stain: number;
        if (border + half <= cleft) {
          stain = cleftStain;
        } else {
          const depth = border - inner - neurite.sheath;
          if (depth > -half) {
            stain = neurite.cytoplasm;
            // Fine grain of the cytoplasm.
            const gx = x / grainNm;
            const gy = y / grainNm;
            const ix = Math.min(grainSide - 2, gx | 0);
            const iy = Math.min(grainSide - 2, gy | 0);
            const fx = gx - ix;
            const fy = gy - iy;
            const g = iy * grainSide + ix;
            const gTop = grain[g]! + fx * (grain[g + 1]! - grain[g]!);
            const gBottom =
              grain[g + grainSide]! + fx * (grain[g + grainSide + 1]! - grain[g + grainSide]!);
            const texture = gTop + fy * (gBottom - gTop);
            stain += neurite.grain * texture;

            if (neurite.hasReticulum) {
              const level = here[channel.reticulum]! + offset * step[channel.reticulum]!;
              const byX = here[channel.reticulumByX]! + offset * step[channel.reticulumByX]!;
              const byY = here[channel.reticulumByY]! + offset * step[channel.reticulumByY]!;
              const slope = Math.sqrt(byX * byX + byY * byY) + 2e-4;
              const off = Math.abs(level) / slope;
              if (off < 40) {
                const wall = band(off, 13, 21, half, perPixel);
                const lumen = band(off, -13, 13, half, perPixel);
                const clear = ramp(depth, 25, 45) * ramp(slope, 0.001, 0.002);
                stain += clear * (wall * (0.85 - stain) + lumen * (0.25 - stain) * 0.6);
              }
            }
            const { granules } = neurite;
            if (granules !== undefined && depth > 4) {
              const list = granules.shape === 'ring' ? this.#rings : this.#dots;
              const cover = list.cover(x, y, granules.density, granules.clustering, half, perPixel);
              if (cover !== 0) {
                const fade = ramp(depth, 10, 24);
                stain += fade * Math.abs(cover) * ((cover > 0 ? granules.stain : 0.1) - stain);
              }
            }
            const organelles = this.#organelles[own]!;
            for (let index = 0; index < organelles.length; index++) {
              const organelle = organelles[index]!;
              const acrossU = u - organelle.x;
              const acrossV = v - organelle.y;
              const axial = acrossU * organelle.axisX + acrossV * organelle.axisY;
              const along = Math.max(-organelle.halfLength, Math.min(organelle.halfLength, axial));
              const du = acrossU - along * organelle.axisX;
              const dv = acrossV - along * organelle.axisY;
              const distance = Math.sqrt(du * du + dv * dv) + 1e-9;
              const byX = (uByX * du + vByX * dv) / distance;
              const byY = (uByY * du + vByY * dv) / distance;
              const rate = Math.sqrt(byX * byX + byY * byY) + 0.05;
              let inside = (organelle.radius - distance) / rate;
              if (inside < -half) continue;
              const room = depth - 18;
              if (organelle.kind !== 'nucleolus' && room < inside) inside = room;
              const cover = ramp(inside, -half, half);
              if (cover <= 0) continue;
              let body = organelle.stain;
              switch (organelle.kind) {
                case 'mitochondrion': {
                  const wave = Math.sin(
                    organelle.cristae * axial +
                      organelle.phase +
                      2.2 * (here[channel.reticulum]! + offset * step[channel.reticulum]!) +
                      1.2 * texture,
                  );
                  const crest = ramp(wave, 0.1, 0.8) * ramp(inside, 10, 18);
                  body += 0.12 * texture + crest * (1.15 - body);
                  body += band(inside, -1, 8, half, perPixel) * (1.15 - body);
                  body += band(inside, 8, 14, half, perPixel) * (0.55 - body) * 0.6;
                  body += band(inside, 14, 21, half, perPixel) * (1.05 - body);
                  break;
                }
                case 'denseBody':
                  body += 0.2 * texture;
                  break;
                case 'endosome':
                  body += band(inside, 0, 9, half, perPixel) * (1 - body);
                  break;
                case 'nucleolus':
                  body += 0.25 * texture;
                  break;
                case 'nucleus': {
                  const xNm = blockColumn * blockNm + tileLeft + x;
                  const yNm = blockRow * blockNm + tileTop + y;
                  const clumps =
                    smoothNoise(this.#salts.chromatin, xNm / 900, yNm / 900) +
                    0.6 * smoothNoise(this.#salts.chromatin ^ 1, xNm / 260, yNm / 260) +
                    0.35 * smoothNoise(this.#salts.chromatin ^ 2, xNm / 90, yNm / 90);
                  const rim = 0.9 * (1 - ramp(inside, 60, 260));
                  body += 0.18 * texture + 0.08 * clumps;
                  body += 0.75 * ramp(clumps + rim, 0.85, 1.35) * (1 - 0.2 * texture);
                  body += band(inside, 0, 9, half, perPixel) * (1.1 - body);
                  body += band(inside, 9, 28, half, perPixel) * (0.3 - body);
                  body += band(inside, 28, 37, half, perPixel) * (1.1 - body);
                  break;
                }
              }
              stain += cover * (body - stain);
            }
            if (neurite.sheath > 0) {
              // Axolemma, then the sheath itself.
              stain += band(depth, 10, 18, half, perPixel) * (0.9 - stain);
            }
          } else {
            stain = 0;
          }
          if (neurite.sheath > 0) {
            const sheath = band(border, inner, inner + neurite.sheath, half, perPixel);
            stain += sheath * (myelinStain - stain);
          } else if (depth < 45) {
            const density = this.#synapse(neurite, neighbours[other]!, u, v);
            if (density > 0) stain += density * band(depth, 0, 22, half, perPixel) * (1.25 - stain);
          }
          const wall = band(border, cleft, inner, half, perPixel);
          const gap = band(border, -cleft, cleft, half, perPixel);
          stain += wall * (membraneStain - stain) + gap * (cleftStain - stain);
        }
        const strength = here[channel.stain]! + offset * step[channel.stain]!;
        out[row * width + column] = Math.max(0, yieldOfResin + yieldPerStain * strength * stain);
      }
    }
  }

  /** Strength, 0..1, of a postsynaptic density of `own` against `other` at a place. */
  #synapse(own: Neurite, other: Neurite, u: number, v: number): number {
    if (other.kind !== 'bouton') return 0;
    if (own.kind !== 'spine' && own.kind !== 'dendrite' && own.kind !== 'soma') return 0;
    const bits = cellHash(own.bits, other.bits, 0);
    if ((bits & 3) === 0) return 0;
    const halfWidth = 70 + ((bits >>> 4) & 127);
    const du = other.x - own.x;
    const dv = other.y - own.y;
    const apart = Math.hypot(du, dv) + 1e-9;
    const share = own.radius / (own.radius + other.radius);
    const along = ((v - own.y - share * dv) * du - (u - own.x - share * du) * dv) / apart;
    return 1 - ramp(Math.abs(along), halfWidth - 15, halfWidth + 15);
  }
}

const mostNeighbours = 64;
const grainNm = 16;
/** Beyond this depth a border no longer shows. */
const borderReachNm = 75;
const cleftStain = 0.35;
const myelinStain = 1.7;
/** Set so that the mean yield is 1 and the contrast 15 % rms. */
const yieldOfResin = 0.76;
const yieldPerStain = 0.4;

/** Share of a pixel that lies between two distances from a line, exact for a straight line. */
function band(distance: number, from: number, to: number, half: number, perPixel: number): number {
  const low = Math.max(distance - half, from);
  const high = Math.min(distance + half, to);
  return high > low ? (high - low) * perPixel : 0;
}

/** 0 up to `from`, 1 from `to` on, linear between. */
function ramp(value: number, from: number, to: number): number {
  return value <= from ? 0 : value >= to ? 1 : (value - from) / (to - from);
}

function capsuleDistance(
  capsule: Pick<Neurite, 'x' | 'y' | 'axisX' | 'axisY' | 'halfLength' | 'radius'>,
  u: number,
  v: number,
): number {
  const acrossU = u - capsule.x;
  const acrossV = v - capsule.y;
  const along = acrossU * capsule.axisX + acrossV * capsule.axisY;
  const held = Math.max(-capsule.halfLength, Math.min(capsule.halfLength, along));
  return (
    Math.hypot(acrossU - held * capsule.axisX, acrossV - held * capsule.axisY) - capsule.radius
  );
}

/** Small round particles on a jittered lattice of the section, those near one tile. */
class ParticleList {
  readonly #spacing: number;
  readonly #radius: number;
  #count = 0;
  readonly #x = new Float64Array(64);
  readonly #y = new Float64Array(64);
  readonly #rank = new Float64Array(64);
  readonly #clusterRank = new Float64Array(64);

  constructor(spacing: number, radius: number) {
    this.#spacing = spacing;
    this.#radius = radius;
  }

  gather(salt: number, clusters: number, tileX: number, tileY: number, isNeeded: boolean): void {
    this.#count = 0;
    if (!isNeeded) return;
    const spacing = this.#spacing;
    const reach = this.#radius + 8;
    const lastColumn = Math.floor((tileX + nodeNm + reach) / spacing);
    const lastRow = Math.floor((tileY + nodeNm + reach) / spacing);
    for (let row = Math.floor((tileY - reach) / spacing); row <= lastRow; row++) {
      for (let column = Math.floor((tileX - reach) / spacing); column <= lastColumn; column++) {
        const bits = cellHash(salt, column, row);
        const x = (column + (bits & 0x3ff) / 1024) * spacing;
        const y = (row + ((bits >>> 10) & 0x3ff) / 1024) * spacing;
        const at = this.#count++;
        const cluster = smoothNoise(clusters, x / 330, y / 330);
        this.#x[at] = x - tileX;
        this.#y[at] = y - tileY;
        this.#rank[at] = ((bits >>> 20) & 0xfff) / 4096;
        this.#clusterRank[at] = ramp(cluster, -0.3, 0.5);
      }
    }
  }

  /** Share of a pixel that is stained by a particle; negative where it lies in a vesicle's core. */
  cover(
    x: number,
    y: number,
    density: number,
    clustering: number,
    half: number,
    perPixel: number,
  ): number {
    const isRing = this.#radius === 20;
    let stained = 0;
    let core = 0;
    for (let at = 0; at < this.#count; at++) {
      const dx = x - this.#x[at]!;
      const dy = y - this.#y[at]!;
      const square = dx * dx + dy * dy;
      if (square > 900) continue;
      const share = density * (1 - clustering + clustering * this.#clusterRank[at]!);
      if (this.#rank[at]! >= share) continue;
      const distance = Math.sqrt(square);
      if (isRing) {
        stained = Math.max(stained, band(distance, 13, 20, half, perPixel));
        core = Math.max(core, band(distance, -13, 13, half, perPixel));
      } else {
        stained = Math.max(stained, ramp(11 - distance, -half, half));
      }
    }
    return stained > 0 ? stained : -core;
  }
}
