import { describe, expect, it } from 'vitest';
import { HeightMap } from './HeightMap.ts';

describe('HeightMap', () => {
  const map = new HeightMap(5, 3, (x, y) => x - 10 * y);

  it('asks for every pixel by column and row', () => {
    expect(map.valuesUm[1 * 5 + 3]).toBe(3 - 10);
    expect([map.lowest, map.highest]).toEqual([-20, 4]);
  });

  it('knows which parts of the frame hold a range of heights', () => {
    const lowerRight = { x: 3, y: 2, width: 2, height: 1 };
    expect(map.hasAny(lowerRight, -17.5, -16.5)).toBe(true);
    expect(map.hasAny(lowerRight, -20.5, -17.5)).toBe(false);
    expect(map.hasAny({ x: 0, y: 0, width: 5, height: 3 }, 4, 9)).toBe(false);
  });

  it('refuses a height that is no number', () => {
    expect(() => new HeightMap(4, 4, (x) => 1 / (x - 2))).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: heightUm must be finite. Received Infinity at (2, 0) px]`,
    );
  });
});
