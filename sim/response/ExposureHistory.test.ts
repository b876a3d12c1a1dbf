import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FrameGeometry } from '../optics/FrameGeometry.ts';
import { ExposureHistory } from './ExposureHistory.ts';
import { unexposedShare } from './unexposedShare.ts';

const frame: FrameGeometry = {
  leftNm: -5000,
  topNm: 300,
  width: 40,
  height: 30,
  pixelSizeNm: 10.03,
};

describe('exposure history', () => {
  it('counts every electron, region scans included', () => {
    const history = new ExposureHistory();
    history.add(frame, 18.6);
    history.add({ ...frame, leftNm: 0, width: 8, height: 5 }, 4.65);
    const perPx = 10.03 ** 2;
    expect(history.electrons).toBeCloseTo(18.6 * 1200 * perPx + 4.65 * 40 * perPx, 3);
  });

  it('gives one number for a place that was always exposed as a whole', () => {
    const history = new ExposureHistory();
    expect(history.doseOver(frame)).toBe(0);
    history.add(frame, 5);
    history.add(frame, 7);
    expect(history.doseOver(frame)).toBe(12);
    const inner = { ...frame, leftNm: frame.leftNm + 60.18, topNm: 350, width: 10, height: 10 };
    expect(history.doseOver(inner)).toBe(12);
    expect(history.doseOver({ ...frame, leftNm: frame.leftNm + 401.2 })).toBe(0);
  });

  it('maps what was exposed in part, on any raster, like a look at every pixel', () => {
    const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
    const geometry = fc.record({
      leftNm: number(-300, 300),
      topNm: number(-300, 300),
      width: fc.integer({ min: 1, max: 30 }),
      height: fc.integer({ min: 1, max: 25 }),
      pixelSizeNm: number(2, 30),
    });
    const property = fc.property(
      fc.array(fc.tuple(geometry, number(0.1, 50)), { maxLength: 5 }),
      geometry,
      (exposures, looked) => {
        const history = new ExposureHistory();
        for (const [where, dose] of exposures) history.add(where, dose);
        const doses = history.doseOver(looked);
        for (let y = 0; y < looked.height; y++) {
          for (let x = 0; x < looked.width; x++) {
            const expected = history.doseAt(
              looked.leftNm + (x + 0.5) * looked.pixelSizeNm,
              looked.topNm + (y + 0.5) * looked.pixelSizeNm,
            );
            const found = typeof doses === 'number' ? doses : doses[y * looked.width + x]!;
            expect(found).toBeCloseTo(expected, 3);
          }
        }
      },
    );
    fc.assert(property, { seed: 5, numRuns: 200 });
  });
});

describe('share that no electron has hit', () => {
  it('is all of a new place, nothing of an old one, and the rest of one in between', () => {
    const history = new ExposureHistory();
    expect(unexposedShare(history.doseOver(frame))).toBe(1);
    history.add({ ...frame, width: 10 }, 3);
    expect(unexposedShare(history.doseOver(frame))).toBeCloseTo(0.75, 12);
    history.add(frame, 3);
    expect(unexposedShare(history.doseOver(frame))).toBe(0);
  });
});
