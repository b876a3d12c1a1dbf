import { describe, expect, it } from 'vitest';
import { smoothNoise } from './smoothNoise.ts';

describe('smooth noise', () => {
  it('has mean 0 and variance 1', () => {
    let sum = 0;
    let squares = 0;
    const count = 200_000;
    for (let index = 0; index < count; index++) {
      const value = smoothNoise(42, index * 0.617, index * 1.283);
      sum += value;
      squares += value * value;
    }
    expect(sum / count).toBeCloseTo(0, 1);
    expect(squares / count).toBeGreaterThan(0.95);
    expect(squares / count).toBeLessThan(1.05);
  });

  it('is continuous across lattice lines', () => {
    for (const line of [-3, 0, 7, 1e6]) {
      const before = smoothNoise(9, line - 1e-6, 0.37);
      expect(smoothNoise(9, line + 1e-6, 0.37)).toBeCloseTo(before, 4);
    }
  });
});
