import { axisSquare, borderReachNm, geometryFields, type NeuriteSet } from './NeuriteSet.ts';
import { channel } from './NodeLattice.ts';

/**
 * Finds, pixel by pixel, which neurite of a small set owns a place and how far it is to the border
 * with the next one. The results stay in the fields until the next place.
 */
export class BorderFinder {
  /** Index of the neurite that owns the place, and of its nearest neighbour; the same if none is near. */
  owner = 0;
  neighbour = 0;
  /** How clearly that neighbour is nearer than the next: 0 where two are equally near, up to 1. */
  preference = 0;
  /** Distance to the border in nm of the section; 1e4 where none is within reach. */
  border = 0;
  /** Unfolded distance from the owner's surface, negative inside, and its gradient. */
  #ownDistance = 0;
  #ownNormalU = 0;
  #ownNormalV = 0;
  #count = 0;
  #geometry = new Float64Array(0);
  /** How far from its axis a neurite can own a place or touch the owner, but for the owner's own depth. */
  #farthest = new Float64Array(64);
  /** One over the stiffness. */
  #softness = new Float64Array(64);
  #contenders = new Int32Array(64);
  #distances = new Float64Array(64);
  /** From the nearest point of a neurite's axis, and the length of that way. */
  #outwardU = new Float64Array(64);
  #outwardV = new Float64Array(64);
  #lengths = new Float64Array(64);
  /** The border's reach in unfolded nm. */
  #reach = 0;

  /** @param stretch - Largest rate at which unfolded distances grow with those of the section. */
  use({ count, geometry }: NeuriteSet, stretch: number): void {
    this.#count = count;
    this.#geometry = geometry;
    this.#reach = borderReachNm * (stretch + smallestRate);
    if (this.#distances.length < count) {
      this.#farthest = new Float64Array(2 * count);
      this.#softness = new Float64Array(2 * count);
      this.#contenders = new Int32Array(2 * count);
      this.#distances = new Float64Array(2 * count);
      this.#outwardU = new Float64Array(2 * count);
      this.#outwardV = new Float64Array(2 * count);
      this.#lengths = new Float64Array(2 * count);
    }
    let stiffest = 1;
    for (let index = 0; index < count; index++)
      stiffest = Math.max(stiffest, geometry[index * geometryFields + 6]!);
    for (let index = 0, at = 0; index < count; index++, at += geometryFields) {
      const stiffness = geometry[at + 6]!;
      this.#softness[index] = 1 / stiffness;
      this.#farthest[index] =
        geometry[at + 5]! + ((stiffness + stiffest) * this.#reach) / stiffness;
    }
  }

  /** @param here - Slow fields at the place. */
  locate(here: Float64Array): void {
    const geometry = this.#geometry;
    const count = this.#count;
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
      const axial = acrossU * axisU + acrossV * axisV;
      const along = axial > halfLength ? halfLength : Math.max(axial, -halfLength);
      const du = acrossU - along * axisU;
      const dv = acrossV - along * axisV;
      const square = du * du + dv * dv;
      // Most are too far to own the place or to touch the owner, which shows without a root.
      const limit = best * softness[index]! + farthest[index]!;
      if (limit < 0 || square > limit * limit) continue;
      const length = Math.sqrt(square + axisSquare);
      const distance = (length - geometry[at + 5]!) * geometry[at + 6]!;
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
    let second = 0;
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
      const rates = metricUU * du * du + 2 * metricUV * du * dv + metricVV * dv * dv;
      const inverse = (rates + smallestRate * smallestRate) / (gap * gap + 1e-6);
      if (inverse <= beyondReach) continue;
      closeness += inverse * inverse - beyondReach * beyondReach;
      if (inverse > nearest) {
        second = nearest;
        nearest = inverse;
        neighbour = index;
      } else if (inverse > second) {
        second = inverse;
      }
    }
    this.owner = ownIndex;
    this.neighbour = contenders[neighbour]!;
    this.preference = nearest > 0 ? 1 - second / nearest : 0;
    this.#ownDistance = best;
    this.#ownNormalU = ownU;
    this.#ownNormalV = ownV;
    // A fourth-power mean rounds the corners where three neurites meet; taking off what a border out
    // of reach would add makes borders leave without a step.
    this.border = closeness > 0 ? 1 / Math.sqrt(Math.sqrt(closeness)) : 1e4;
  }

  /** Depth below the owner's own surface, whoever its neighbours are, in nm of the section. */
  ownDepth(here: Float64Array): number {
    const normalU = this.#ownNormalU;
    const normalV = this.#ownNormalV;
    const byX = here[channel.uByX]! * normalU + here[channel.vByX]! * normalV;
    const byY = here[channel.uByY]! * normalU + here[channel.vByY]! * normalV;
    return -this.#ownDistance / (Math.sqrt(byX * byX + byY * byY) + smallestRate);
  }
}

/** Keeps the conversion to lengths of the section finite where two normals agree. */
export const smallestRate = 0.05;
const beyondReach = 1 / borderReachNm ** 2;
