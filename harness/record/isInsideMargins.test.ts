import { describe, expect, it } from 'vitest';
import { isInsideMargins } from './isInsideMargins.ts';

const margins = { workingDistanceUm: 1, stigmator: 0.25 };
const atTheEdge = { workingDistanceUm: -1, stigmatorX: 0.25, stigmatorY: -0.25 };

describe('isInsideMargins', () => {
  it('holds on the margins themselves, on either side', () => {
    expect(isInsideMargins(atTheEdge, margins)).toBe(true);
  });

  it.each([
    ['workingDistanceUm', 1.001],
    ['workingDistanceUm', -1.001],
    ['stigmatorX', 0.251],
    ['stigmatorY', -0.251],
    ['stigmatorY', Number.NaN],
  ])('does not where %s is %d', (parameter, value) => {
    expect(isInsideMargins({ ...atTheEdge, [parameter]: value }, margins)).toBe(false);
  });
});
