import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Coverage } from './Coverage.ts';

type Corner = readonly [number, number];

function sharesOf(width: number, height: number, ...polygons: Corner[][]): number[] {
  const coverage = new Coverage(width, height);
  for (const corners of polygons) {
    for (const [i, [x, y]] of corners.entries()) {
      const [nextX, nextY] = corners[(i + 1) % corners.length]!;
      coverage.addEdge(x, y, nextX, nextY);
    }
  }
  const shares = new Array<number>(width * height).fill(0);
  coverage.forEach((x, y, share) => {
    shares[y * width + x] = share;
  });
  return shares;
}

const square = (x0: number, y0: number, x1: number, y1: number): Corner[] => [
  [x0, y0],
  [x1, y0],
  [x1, y1],
  [x0, y1],
];

describe('Coverage', () => {
  it('is the share of each pixel that a rectangle takes up', () => {
    const shares = sharesOf(4, 3, square(0.5, 0.25, 3.25, 2));
    const row = [0.5, 1, 1, 0.25];
    const expected = [...row.map((share) => 0.75 * share), ...row, 0, 0, 0, 0];
    for (const [i, share] of expected.entries()) expect(shares[i]).toBeCloseTo(share, 12);
  });

  it('halves the pixels on a diagonal, and leaves out a hole', () => {
    const triangle: Corner[] = [
      [0, 0],
      [2, 2],
      [0, 2],
    ];
    expect(sharesOf(2, 2, triangle)).toEqual([0.5, 0, 1, 0.5]);
    expect(sharesOf(3, 3, square(0, 0, 3, 3), square(1, 1, 2, 2).reverse())).toEqual([
      ...[1, 1, 1],
      ...[1, 0, 1],
      ...[1, 1, 1],
    ]);
  });

  it('adds up to the area of any triangle, whatever its sense', () => {
    const corner = fc.tuple(
      fc.double({ min: 0, max: 9, noNaN: true }),
      fc.double({ min: 0, max: 5, noNaN: true }),
    );
    fc.assert(
      fc.property(corner, corner, corner, (a, b, c) => {
        const area = Math.abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) / 2;
        const total = sharesOf(9, 5, [a, b, c]).reduce((sum, share) => sum + share, 0);
        expect(total).toBeCloseTo(area, 6);
      }),
    );
  });

  it('cuts off what lies outside', () => {
    expect(sharesOf(2, 1, square(-3, -2, 1.5, 8))).toEqual([1, 0.5]);
    expect(sharesOf(2, 1, square(2, 0, 5, 1))).toEqual([0, 0]);
  });
});
