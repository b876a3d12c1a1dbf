import { describe, expect, it } from 'vitest';
import { normal975, normalCdf } from './normalDistribution.ts';
import { normalScoreOfT, tOfNormalScore } from './studentT.ts';

describe('the normal score of a value of Student t', () => {
  it('is that of the tables', () => {
    // 97.5 % points of t: tables of any textbook.
    for (const [degrees, t] of [
      [1, 12.7062047362],
      [2, 4.30265272975],
      [8, 2.30600413503],
      [30, 2.0422724563],
    ] as const) {
      expect(normalScoreOfT(t, degrees)).toBeCloseTo(normal975, 8);
      expect(normalScoreOfT(-t, degrees)).toBeCloseTo(-normal975, 8);
      expect(tOfNormalScore(normal975, degrees)).toBeCloseTo(t, 7);
    }
    // One degree of freedom: the Cauchy distribution.
    const cauchy = 0.5 + Math.atan(3) / Math.PI;
    expect(normalCdf(normalScoreOfT(3, 1))).toBeCloseTo(cauchy, 12);
  });

  it('becomes the value itself with many degrees of freedom, and is 0 in the middle', () => {
    expect(normalScoreOfT(1.5, 1e4)).toBeCloseTo(1.5, 3);
    expect([normalScoreOfT(0, 3), tOfNormalScore(0, 3)]).toEqual([0, 0]);
    expect(tOfNormalScore(-2, 5)).toBe(-tOfNormalScore(2, 5));
  });

  it('refuses what is no number', () => {
    expect(() => normalScoreOfT(Number.NaN, 3)).toThrow('t must be finite. Received NaN');
    expect(() => normalScoreOfT(1, 0)).toThrow('degrees must be above 0. Received 0');
  });
});
