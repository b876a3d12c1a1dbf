import { expect, it } from 'vitest';
import { gaussLegendre } from './gaussLegendre.ts';

it.each([1, 2, 5, 24, 120])(
  'gaussLegendre(%i) integrates x^d over [0, 1] up to d = 2n - 1',
  (n) => {
    const { nodes, weights } = gaussLegendre(n);
    const integral = (degree: number) =>
      nodes.reduce((sum, x, i) => sum + weights[i]! * x ** degree, 0);
    for (const degree of [0, 1, 2 * n - 2, 2 * n - 1]) {
      expect(integral(degree)).toBeCloseTo(1 / (degree + 1), 13);
    }
    expect(Math.abs(integral(2 * n) * (2 * n + 1) - 1)).toBeGreaterThan(n > 20 ? 0 : 1e-9);
  },
);
