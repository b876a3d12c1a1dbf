import { describe, expect, it } from 'vitest';
import { solveSymmetric } from './solveSymmetric.ts';

describe('solveSymmetric', () => {
  it('solves and inverts a hand-checked system', () => {
    const { solution, inverse } = solveSymmetric(
      [
        [4, 2],
        [2, 3],
      ],
      [2, 5],
    );
    expect(solution[0]).toBeCloseTo(-0.5, 12);
    expect(solution[1]).toBeCloseTo(2, 12);
    expect(inverse.flat()).toEqual([0.375, -0.25, -0.25, 0.5]);
  });

  it('refuses a matrix that is not positive definite', () => {
    expect(() =>
      solveSymmetric(
        [
          [1, 2],
          [2, 1],
        ],
        [1, 1],
      ),
    ).toThrow(/positive definite/);
  });
});
