import { describe, expect, it } from 'vitest';
import { doseToMargins } from './doseToMargins.ts';

const margins = { workingDistanceUm: 1, stigmator: 0.25 };

/** As bounds fall: 1/dose where noise drowns everything, its root where it does not. */
const falling = (scale: number) => (dose: number) => ({
  workingDistanceUm: (scale * Math.sqrt(1 + 5 / dose)) / Math.sqrt(dose),
  stigmatorX: 0.1 / Math.sqrt(dose),
  stigmatorY: 0,
});

describe('the dose at which the bound is inside the margins', () => {
  it.each([1e-6, 0.01, 1, 30, 1e6])('is found over many orders of magnitude (%f)', (scale) => {
    const dose = doseToMargins(falling(scale), margins) ?? 0;
    const { workingDistanceUm, stigmatorX } = falling(scale)(dose);
    expect(Math.max(workingDistanceUm, stigmatorX / 0.25)).toBeCloseTo(1, 2);
  });

  it('is that of the worst of the three', () => {
    const sdAt = (dose: number) => ({
      workingDistanceUm: 0.1 / dose,
      stigmatorX: 0.1 / dose,
      stigmatorY: 2 / dose,
    });
    expect(doseToMargins(sdAt, margins)).toBeCloseTo(8, 1);
  });

  it('is none where nothing can be known, or nothing changes', () => {
    const blind = { workingDistanceUm: Infinity, stigmatorX: Infinity, stigmatorY: Infinity };
    expect(doseToMargins(() => blind, margins)).toBeUndefined();
    const stuck = { workingDistanceUm: 2, stigmatorX: 0, stigmatorY: 0 };
    expect(doseToMargins(() => stuck, margins)).toBeUndefined();
  });
});
