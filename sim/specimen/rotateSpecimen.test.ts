import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areaSampled } from './drawing/areaSampled.ts';
import type { Specimen, SpecimenRegion } from './drawing/Specimen.ts';
import { pointsSpecimen } from './pointsSpecimen.ts';
import { rotateSpecimen } from './rotateSpecimen.ts';
import { tinSpecimen } from './tinSpecimen.ts';

const region = { leftNm: -1730, topNm: 915, width: 57, height: 41, pixelSizeNm: 10 };
const tin = tinSpecimen(3);

/** Centre of a pixel, in nm. */
function centreOf({ leftNm, topNm, width, pixelSizeNm }: SpecimenRegion, at: number) {
  return {
    x: leftNm + ((at % width) + 0.5) * pixelSizeNm,
    y: topNm + (Math.floor(at / width) + 0.5) * pixelSizeNm,
  };
}

/** A wave of amplitude 0.5 along an axis at an angle; sampled, not averaged. */
function wave(wavelengthNm: number, angleDeg: number): Specimen {
  const k = (2 * Math.PI) / wavelengthNm;
  const angle = (angleDeg * Math.PI) / 180;
  return areaSampled('wave', Number.POSITIVE_INFINITY, (part) =>
    Float32Array.from({ length: part.width * part.height }, (_, at) => {
      const { x, y } = centreOf(part, at);
      return 1 + 0.5 * Math.sin(k * (x * Math.cos(angle) + y * Math.sin(angle)));
    }),
  );
}

describe('a specimen seen by a rotated scan', () => {
  it.each([90, 180, 270, -90, 450])('at %d degrees only exchanges pixels', (angleDeg) => {
    const seen = rotateSpecimen(tin, angleDeg).rasterise(region);
    const angle = (angleDeg * Math.PI) / 180;
    const cos = Math.round(Math.cos(angle));
    const sin = Math.round(Math.sin(angle));
    for (let at = 0; at < seen.length; at += 97) {
      const u = centreOf(region, at);
      const there = tin.emission(cos * u.x + sin * u.y, -sin * u.x + cos * u.y, 10);
      expect(seen[at]).toBeCloseTo(there, 5);
    }
  });

  it('turns what lies to the right into what lies below at +90 degrees, y being down', () => {
    const spot = areaSampled('spot', 1e9, (part) =>
      Float32Array.from({ length: part.width * part.height }, (_, at) => {
        const { x, y } = centreOf(part, at);
        return Math.hypot(x - 300, y) < 20 ? 2 : 1;
      }),
    );
    expect(rotateSpecimen(spot, 90).emission(0, 300, 10)).toBe(2);
    expect(rotateSpecimen(spot, 90).emission(300, 0, 10)).toBe(1);
  });

  it('turns a wave by the angle, true to 1e-2 of its amplitude at 4 pixels per wave', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -360, max: 360, noNaN: true }),
        fc.double({ min: 0, max: 180, noNaN: true }),
        (rotationDeg, angleDeg) => {
          const seen = rotateSpecimen(wave(40, angleDeg), rotationDeg).rasterise(region);
          const truth = wave(40, angleDeg + rotationDeg).rasterise(region);
          for (let at = 0; at < seen.length; at++)
            expect(Math.abs(seen[at]! - truth[at]!)).toBeLessThan(0.5e-2);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('emits at a point what lies there, exactly', () => {
    const points = pointsSpecimen(2);
    const seen = rotateSpecimen(points, 30);
    const { x, y } = { x: 310, y: -720 };
    const cos = Math.sqrt(3) / 2;
    expect(seen.emission(x, y, 10)).toBeCloseTo(
      points.emission(cos * x + 0.5 * y, cos * y - 0.5 * x, 10),
      9,
    );
  });

  it('agrees where regions of one pixel grid overlap, at any angle and far away', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 360, noNaN: true }),
        fc.integer({ min: -5e6, max: 5e6 }),
        (rotationDeg, farPx) => {
          const seen = rotateSpecimen(tin, rotationDeg);
          const whole = { ...region, leftNm: region.leftNm + 10 * farPx, width: 40, height: 30 };
          const yields = seen.rasterise(whole);
          const part = seen.rasterise({
            ...{ ...whole, leftNm: whole.leftNm + 110, topNm: whole.topNm + 70 },
            ...{ width: 20, height: 15 },
          });
          for (let at = 0; at < part.length; at++) {
            const from = (7 + Math.floor(at / 20)) * 40 + 11 + (at % 20);
            expect(Math.abs(part[at]! - yields[from]!)).toBeLessThan(1e-5);
          }
        },
      ),
      { numRuns: 10 },
    );
  });

  it('is the specimen itself at whole turns', () => {
    expect(rotateSpecimen(tin, 0)).toBe(tin);
    expect(rotateSpecimen(tin, -720)).toBe(tin);
    expect(rotateSpecimen(tin, 90).polarity).toBe('normal');
    expect(rotateSpecimen(tin, 12).name).toBe('tin');
  });

  it('refuses an angle that is none and a region that is none', () => {
    expect(() => rotateSpecimen(tin, Number.NaN)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: scan rotation must be a finite angle in degrees. Received NaN]`,
    );
    expect(() => rotateSpecimen(tin, 12).rasterise({ ...region, height: 0 })).toThrow(RangeError);
  });
});
