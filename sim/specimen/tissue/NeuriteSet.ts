import type { NeuriteSeed } from './NeuriteSeed.ts';

/** Border distance beyond which nothing depends on it any more, in nm. */
export const borderReachNm = 62;

/**
 * Squared length, in nm^2, that is added to every distance from an axis, so that the way out turns
 * smoothly when a place crosses the axis of a thin neurite.
 */
export const axisSquare = 36;

/** Numbers per neurite in {@link NeuriteSet.geometry}. */
export const geometryFields = 7;

/** Neurites that may show in some part of the unfolded plane, with their geometry laid out flat. */
export class NeuriteSet {
  count = 0;
  readonly seeds: NeuriteSeed[] = [];
  /** x, y, axisX, axisY, halfLength, radius, stiffness of each. */
  geometry = new Float64Array(64 * geometryFields);
  #distances = new Float64Array(64);

  clear(): void {
    this.count = 0;
  }

  add(seed: NeuriteSeed): void {
    const at = this.count * geometryFields;
    if (at === this.geometry.length) {
      const wider = new Float64Array(2 * at);
      wider.set(this.geometry);
      this.geometry = wider;
    }
    this.geometry[at] = seed.x;
    this.geometry[at + 1] = seed.y;
    this.geometry[at + 2] = seed.axisX;
    this.geometry[at + 3] = seed.axisY;
    this.geometry[at + 4] = seed.halfLength;
    this.geometry[at + 5] = seed.radius;
    this.geometry[at + 6] = seed.stiffness;
    this.seeds[this.count++] = seed;
  }

  /**
   * Fills another set with those that can own a point within `radius` of (u, v), or come so
   * near to owning it that their border is within reach. The one nearest to (u, v) comes first.
   *
   * @param stretch - Largest rate at which unfolded distances grow with those of the section.
   */
  narrowInto(target: NeuriteSet, u: number, v: number, radius: number, stretch: number): void {
    const { count, geometry } = this;
    if (this.#distances.length < count) this.#distances = new Float64Array(2 * count);
    const distances = this.#distances;
    let worstOwner = Number.POSITIVE_INFINITY;
    let nearest = 0;
    for (let index = 0, at = 0; index < count; index++, at += geometryFields) {
      const acrossU = u - geometry[at]!;
      const acrossV = v - geometry[at + 1]!;
      const axisU = geometry[at + 2]!;
      const axisV = geometry[at + 3]!;
      const halfLength = geometry[at + 4]!;
      const stiffness = geometry[at + 6]!;
      const axial = acrossU * axisU + acrossV * axisV;
      const along = Math.max(-halfLength, Math.min(halfLength, axial));
      const du = acrossU - along * axisU;
      const dv = acrossV - along * axisV;
      const distance = (Math.sqrt(du * du + dv * dv + axisSquare) - geometry[at + 5]!) * stiffness;
      distances[index] = distance;
      worstOwner = Math.min(worstOwner, distance + stiffness * radius);
      if (distance < distances[nearest]!) nearest = index;
    }
    let stiffestOwner = 1;
    for (let index = 0; index < count; index++) {
      const stiffness = geometry[index * geometryFields + 6]!;
      if (distances[index]! - stiffness * radius <= worstOwner)
        stiffestOwner = Math.max(stiffestOwner, stiffness);
    }
    target.clear();
    target.add(this.seeds[nearest]!);
    for (let index = 0; index < count; index++) {
      if (index === nearest) continue;
      const stiffness = geometry[index * geometryFields + 6]!;
      const best = distances[index]! - stiffness * radius;
      if (best <= worstOwner + (stiffestOwner + stiffness) * borderReachNm * stretch)
        target.add(this.seeds[index]!);
    }
  }
}
