import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addInformation } from './InformationMatrix.ts';
import { boundSd, scaleInformation } from './index.ts';

const identity = [
  [1, 0],
  [0, 1],
] as [[number, number], [number, number]];

describe('the bound', () => {
  it('is the root of the diagonal of the inverse, worked out by hand', () => {
    // Inverse of [[2, 1, 0], [1, 2, 1], [0, 1, 2]]: a quarter of [[3, -2, 1], [-2, 4, -2], [1, -2, 3]].
    const information = [
      [2, 1, 0],
      [1, 2, 1],
      [0, 1, 2],
    ];
    const sd = boundSd(information, identity);
    expect(sd.workingDistanceUm).toBeCloseTo(Math.sqrt(3 / 4), 12);
    expect(sd.stigmatorX).toBeCloseTo(1, 12);
    expect(sd.stigmatorY).toBeCloseTo(Math.sqrt(3 / 4), 12);
    // Stigmator y now moves a alone, x moves b by -2 um a unit.
    const turned = boundSd(information, [
      [0, 1],
      [-2, 0],
    ]);
    expect(turned.stigmatorX).toBeCloseTo(Math.sqrt(3 / 4) / 2, 12);
    expect(turned.stigmatorY).toBeCloseTo(1, 12);
    // x moves a and b by 1 um, y moves a alone: x = b, y = a - b, with the covariance of both.
    const oblique = boundSd(information, [
      [1, 1],
      [1, 0],
    ]);
    expect(oblique.stigmatorX).toBeCloseTo(Math.sqrt(3 / 4), 12);
    expect(oblique.stigmatorY).toBeCloseTo(Math.sqrt(1 + 3 / 4 + 2 / 2), 12);
  });

  it('is infinite where a combination of the three is unknown', () => {
    const blind = boundSd(
      [
        [1, 1, 0],
        [1, 1, 0],
        [0, 0, 1],
      ],
      identity,
    );
    expect(Object.values(blind)).toEqual([Infinity, Infinity, Infinity]);
    const nothing = [0, 1, 2].map(() => [0, 0, 0]);
    expect(boundSd(nothing, identity).workingDistanceUm).toBe(Infinity);
  });

  it('falls with the root of the area, however the area is put together', () => {
    const one = [
      [5, 1, -0.5],
      [1, 3, 0.2],
      [-0.5, 0.2, 2],
    ];
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), (count) => {
        const sum = boundSd(addInformation(Array.from({ length: count }, () => one)), identity);
        const scaled = boundSd(scaleInformation(one, count), identity);
        const single = boundSd(one, identity);
        for (const parameter of ['workingDistanceUm', 'stigmatorX', 'stigmatorY'] as const) {
          expect(sum[parameter] * Math.sqrt(count)).toBeCloseTo(single[parameter], 12);
          expect(scaled[parameter]).toBeCloseTo(sum[parameter], 12);
        }
      }),
    );
  });
});
