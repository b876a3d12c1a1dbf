import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { focalPlanes } from './focalPlanes.ts';

const um = fc.double({ min: -40, max: 40, noNaN: true });

describe('focalPlanes', () => {
  it('is one plane, exactly there, for a flat specimen', () => {
    expect(focalPlanes(3, 0.5, 0.5)).toEqual([3.5]);
  });

  it('ascends from the lowest to the highest height, as close together as promised', () => {
    fc.assert(
      fc.property(um, um, fc.double({ min: 1e-3, max: 30, noNaN: true }), (z, lowest, range) => {
        const planes = focalPlanes(z, lowest, lowest + range);
        expect(planes[0]).toBe(z + lowest);
        expect(planes.at(-1)).toBe(z + (lowest + range));
        for (let i = 1; i < planes.length; i++) {
          const spacing = planes[i]! - planes[i - 1]!;
          const farther = Math.max(Math.abs(planes[i]!), Math.abs(planes[i - 1]!));
          expect(spacing).toBeGreaterThan(0);
          expect(spacing).toBeLessThan(Math.hypot(0.25, 0.1 * farther) + 1e-9);
        }
      }),
    );
  });

  it('needs few planes for a wide range', () => {
    expect(focalPlanes(0, -3, 3).length).toBeLessThan(24);
    expect(focalPlanes(30, -3, 3).length).toBeLessThan(5);
  });
});
