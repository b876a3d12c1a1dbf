import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { siemensStar, starSpecimen } from './starSpecimen.ts';

const star = starSpecimen();
const { brightYield, darkYield, pairs, spacingNm } = siemensStar;

/** Yield at a point: spoke number from the angle, bright where it is even. */
function yieldAt(xNm: number, yNm: number): number {
  const spoke = Math.round((Math.atan2(yNm, xNm) * pairs) / Math.PI);
  return spoke % 2 === 0 ? brightYield : darkYield;
}

describe('the Siemens star', () => {
  it('averages every pixel over its area: within the error of 400 x 400 points', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -300, max: 300, noNaN: true }),
        fc.double({ min: -300, max: 300, noNaN: true }),
        fc.double({ min: 1, max: 60, noNaN: true }),
        (xNm, yNm, sideNm) => {
          let sum = 0;
          for (let row = 0; row < 400; row++) {
            const y = yNm + ((row + 0.5) / 400 - 0.5) * sideNm;
            for (let column = 0; column < 400; column++)
              sum += yieldAt(xNm + ((column + 0.5) / 400 - 0.5) * sideNm, y);
          }
          expect(Math.abs(star.emission(xNm, yNm, sideNm) - sum / 160_000)).toBeLessThan(5e-3);
        },
      ),
      {
        numRuns: 60,
        examples: [
          [0, 0, 20],
          [10, 10, 20],
          [5, 0, 10],
          [0, -30, 12],
        ],
      },
    );
  });

  it('has 36 bright and 36 dark spokes round its centre, a bright one to the right', () => {
    const values = Array.from({ length: 7200 }, (_, step) => {
      const angle = ((step + 0.5) / 7200) * 2 * Math.PI;
      return star.emission(3000 * Math.cos(angle), 3000 * Math.sin(angle), 0.1);
    });
    const rises = values.filter((value, at) => value > 1 && values.at(at - 1)! <= 1);
    expect(rises).toHaveLength(pairs);
    expect(values[0]).toBe(brightYield);
    expect(values.reduce((sum, value) => sum + value, 0) / values.length).toBeCloseTo(1, 3);
  });

  it('repeats at its spacing and joins its neighbours without a seam', () => {
    const place = { leftNm: -170, topNm: 40, width: 31, height: 23, pixelSizeNm: 12 };
    const there = { ...place, leftNm: -170 + 3 * spacingNm, topNm: 40 - 2 * spacingNm };
    const here = star.rasterise(place);
    star.rasterise(there).forEach((value, at) => {
      expect(value).toBeCloseTo(here[at]!, 5);
    });
    for (const y of [-15_000, -3210, 17, 12_345])
      expect(star.emission(spacingNm / 2 - 50, y, 10)).toBe(
        star.emission(spacingNm / 2 + 50, y, 10),
      );
  });

  it('averages to 1 where spokes are far below a pixel', () => {
    expect(star.emission(0, 0, 2)).toBeCloseTo(1, 2);
    expect(star.emission(20, 10, 20)).toBeGreaterThan(0.9);
    expect(star.emission(20, 10, 20)).toBeLessThan(1.1);
  });
});
