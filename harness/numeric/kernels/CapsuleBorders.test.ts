import { describe, expect, it } from 'vitest';
import { RandomStream } from '../RandomStream.ts';
import { CapsuleBorders, capsuleFields, located } from './CapsuleBorders.ts';

const nodesPerSide = 3;
const spacing = 64;
const options = {
  sets: 2,
  fields: 7,
  nodesPerSide,
  reach: 62,
  leastRate: 0.05,
  axisSquare: 36,
};
const rowPair = { corner: 1, x: 0.05, above: 0.1, below: 0.26, step: 0.16, columns: 6 };

/** A plane that is stretched, sheared and bent, with capsules all over it; the seventh field is its own. */
function scene(seed: number, count: number, spread = 300) {
  const random = new RandomStream(seed, 'capsules');
  const shear = random.uniformBetween(-0.3, 0.3);
  const nodes = new Float64Array(options.fields * nodesPerSide ** 2);
  for (let row = 0, at = 0; row < nodesPerSide; row++) {
    for (let column = 0; column < nodesPerSide; column++, at++) {
      const [x, y] = [column * spacing, row * spacing];
      const values = [
        1.2 * x + shear * y,
        0.9 * y - 0.1 * x,
        1.2,
        shear + 0.01 * row,
        -0.1,
        0.9,
        x * y,
      ];
      values.forEach((value, field) => {
        nodes[field * nodesPerSide ** 2 + at] = value;
      });
    }
  }
  const capsules = new Float64Array(capsuleFields * count);
  for (let index = 0; index < count; index++) {
    const angle = random.uniformBetween(0, Math.PI);
    capsules.set(
      [
        random.uniformBetween(-spread, spread + 200),
        random.uniformBetween(-spread, spread + 200),
        Math.cos(angle),
        Math.sin(angle),
        random.uniformBetween(0, 150),
        random.uniformBetween(10, 80),
        random.uniform() < 0.3 ? 4 : 1,
        index,
      ],
      index * capsuleFields,
    );
  }
  return { nodes, capsules };
}

/** The same for one place, one operation after the other. */
function referenceAt(here: readonly number[], capsules: Float64Array, farthest: number) {
  const [u, v, uByX, uByY, vByX, vByY] = here as [number, number, number, number, number, number];
  const all = Array.from({ length: capsules.length / capsuleFields }, (_, index) => {
    const [x, y, axisX, axisY, half, radius, stiffness] = capsules.subarray(
      index * capsuleFields,
    ) as unknown as [number, number, number, number, number, number, number];
    const acrossU = u - x;
    const acrossV = v - y;
    const along = Math.max(-half, Math.min(half, acrossU * axisX + acrossV * axisY));
    const du = acrossU - along * axisX;
    const dv = acrossV - along * axisY;
    const length = Math.sqrt(du * du + dv * dv + options.axisSquare);
    return { du, dv, length, stiffness, distance: (length - radius) * stiffness };
  });
  const best = Math.min(...all.map(({ distance }) => distance));
  const owner = all.findIndex(({ distance }) => distance === best);
  const own = all[owner]!;
  const ownU = own.du * (own.stiffness / own.length);
  const ownV = own.dv * (own.stiffness / own.length);
  const beyond = 1 / options.reach ** 2;
  const uu = uByX * uByX + uByY * uByY;
  const uv = uByX * vByX + uByY * vByY;
  const vv = vByX * vByX + vByY * vByY;
  let closeness = 0;
  const inverses: number[] = all.map((other, index) => {
    const gap = other.distance - best;
    if (index === owner || gap > (other.stiffness + own.stiffness) * farthest) return 0;
    const du = other.du * (other.stiffness / other.length) - ownU;
    const dv = other.dv * (other.stiffness / other.length) - ownV;
    const rates = uu * du * du + 2 * uv * du * dv + vv * dv * dv;
    const inverse = (rates + options.leastRate * options.leastRate) / (gap * gap + 1e-6);
    if (inverse <= beyond) return 0;
    closeness += inverse * inverse - beyond * beyond;
    return inverse;
  });
  const [nearest = 0, second = 0] = inverses.slice().sort((a, b) => b - a);
  const byX = uByX * ownU + vByX * ownV;
  const byY = uByY * ownU + vByY * ownV;
  return {
    owner,
    neighbour: nearest > 0 ? inverses.indexOf(nearest) : owner,
    preference: nearest > 0 ? 1 - second / nearest : 0,
    border: closeness > 0 ? 1 / Math.sqrt(Math.sqrt(closeness)) : 1e4,
    depth: -best / (Math.sqrt(byX * byX + byY * byY) + options.leastRate),
  };
}

const stretch = 1.5;
const farthest = options.reach * (stretch + options.leastRate);

describe('CapsuleBorders', () => {
  it('finds owners, neighbours and borders to the last bit', () => {
    let borders = 0;
    for (let seed = 0; seed < 40; seed++) {
      const { nodes, capsules } = scene(seed, 1 + seed);
      const finder = new CapsuleBorders(options);
      finder.load(nodes, capsules, 1 + seed, rowPair.columns);
      finder.locate(0, stretch, rowPair);
      const { pairs, pairStride } = finder;
      for (let place = 0; place < 2 * rowPair.columns; place++) {
        const at = (field: number) => pairs[field * pairStride + place]!;
        const here = Array.from({ length: options.fields }, (_, field) => at(field));
        const wanted = referenceAt(here, capsules, farthest);
        for (const [name, field] of Object.entries(located)) {
          expect(at(options.fields + field), `${name}, seed ${seed}, place ${place}`).toBe(
            wanted[name as keyof typeof located],
          );
        }
        if (wanted.border < 1e4) borders++;
      }
    }
    expect(borders).toBeGreaterThan(100);
  });

  it('interpolates fields between the four nodes', () => {
    const { nodes, capsules } = scene(3, 1);
    const finder = new CapsuleBorders(options);
    finder.load(nodes, capsules, 1, rowPair.columns);
    finder.locate(0, stretch, rowPair);
    const { pairs, pairStride } = finder;
    for (let column = 0; column < rowPair.columns; column++) {
      const x = spacing * (1 + rowPair.x + column * rowPair.step);
      for (const [lane, y] of [rowPair.above, rowPair.below].entries())
        expect(pairs[6 * pairStride + 2 * column + lane]).toBeCloseTo(x * spacing * y, 8);
    }
  });

  it('leaves out only what changes nothing, the nearest first', () => {
    for (let seed = 0; seed < 30; seed++) {
      const { nodes, capsules } = scene(seed, 150, 1500);
      const finder = new CapsuleBorders(options);
      finder.load(nodes, capsules, 150, rowPair.columns);
      // The middle of the tile, and its half diagonal.
      const middle = (field: number) =>
        (nodes[field * nodesPerSide ** 2 + 1]! + nodes[field * nodesPerSide ** 2 + 5]!) / 2;
      finder.narrow(0, 1, middle(0), middle(1), 80, stretch);
      expect(finder.countOf(1)).toBeLessThan(finder.countOf(0) / 2);
      const look = (set: number) => {
        finder.locate(set, stretch, rowPair);
        const { pairs, pairStride } = finder;
        return Array.from({ length: 2 * rowPair.columns }, (_, place) => ({
          owner: finder.carried(set, pairs[(options.fields + located.owner) * pairStride + place]!),
          border: pairs[(options.fields + located.border) * pairStride + place]!,
        }));
      };
      const all = look(0);
      look(1).forEach(({ owner, border }, place) => {
        expect(owner).toBe(all[place]!.owner);
        expect(border).toBeCloseTo(all[place]!.border, 8);
      });
      const way = (carried: number) => {
        const [x = 0, y = 0, axisX = 0, axisY = 0, half = 0, radius = 0, stiffness = 0] =
          capsules.subarray(carried * capsuleFields);
        const [u, v] = [middle(0) - x, middle(1) - y];
        const along = Math.max(-half, Math.min(half, u * axisX + v * axisY));
        return (Math.hypot(u - along * axisX, v - along * axisY, 6) - radius) * stiffness;
      };
      const first = way(finder.carried(1, 0));
      for (let index = 0; index < finder.countOf(1); index++)
        expect(way(finder.carried(1, index))).toBeGreaterThanOrEqual(first - 1e-9);
    }
  });
});
