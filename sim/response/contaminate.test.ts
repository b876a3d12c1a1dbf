import { describe, expect, it } from 'vitest';
import { greyMoments } from '../testing/realism/greyMoments.ts';
import { contaminate } from './contaminate.ts';

const yields = Float32Array.from({ length: 600 }, (_, i) => 1 + 0.3 * Math.sin(i));

describe('contamination', () => {
  it('leaves a fresh place, and everything at level 0, untouched', () => {
    expect(contaminate(yields, 0, 30)).toBe(yields);
    expect(contaminate(yields, 500, 0)).toBe(yields);
    expect(contaminate(yields, new Float32Array(600).fill(50), 0)).toBe(yields);
  });

  it.each([
    { dose: 100, kept: 0.7 },
    { dose: 200, kept: 0.49 },
    { dose: 50, kept: Math.sqrt(0.7) },
  ])('of 30 % leaves $kept of the contrast after $dose electrons per nm2', ({ dose, kept }) => {
    const before = yields.slice();
    const covered = contaminate(yields, dose, 30);
    expect(greyMoments(covered).sd / greyMoments(yields).sd).toBeCloseTo(kept, 5);
    expect(covered.reduce((sum, value) => sum + value, 0)).toBeCloseTo(
      yields.reduce((sum, value) => sum + value, 0),
      2,
    );
    expect(yields).toEqual(before);
  });

  it('follows the dose from place to place', () => {
    const doses = new Float32Array(600).fill(100, 300);
    const covered = contaminate(yields, doses, 40);
    expect(covered.subarray(0, 300)).toEqual(yields.subarray(0, 300));
    expect(covered.subarray(300)).toEqual(contaminate(yields, 100, 40).subarray(300));
  });
});
