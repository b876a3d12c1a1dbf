import { describe, expect, it } from 'vitest';
import { type AxisSetting, axisPoints } from './axisPoints.ts';
import type { SuiteAxes } from './SuiteAxes.ts';

const named = (points: readonly (readonly AxisSetting[])[]) =>
  points.map((point) => point.map(({ of, level }) => `${Object.values(of)[0]}=${level}`).join(' '));
const coma = { of: { imperfection: 'coma' }, levels: [5, 10] };
const rotation = { of: { calibrationError: 'stigmatorRotationDeg' as const }, levels: [-20, 20] };

describe('axisPoints', () => {
  it('is the instrument as it is where there are no axes', () => {
    expect(axisPoints(undefined, 1)).toEqual([[]]);
  });

  it('one at a time: as it is, then each level by itself', () => {
    expect(named(axisPoints({ design: 'one-at-a-time', axes: [coma, rotation] }, 1))).toEqual([
      '',
      'coma=5',
      'coma=10',
      'stigmatorRotationDeg=-20',
      'stigmatorRotationDeg=20',
    ]);
  });

  it('grid: every combination', () => {
    expect(named(axisPoints({ design: 'grid', axes: [coma, rotation] }, 1))).toEqual([
      'coma=5 stigmatorRotationDeg=-20',
      'coma=5 stigmatorRotationDeg=20',
      'coma=10 stigmatorRotationDeg=-20',
      'coma=10 stigmatorRotationDeg=20',
    ]);
  });

  it('latin hypercube: one point in every slot of every axis, the same for the same seed', () => {
    const axes: SuiteAxes = {
      design: 'latin-hypercube',
      points: 10,
      axes: [
        { of: { imperfection: 'coma' }, range: [0, 20] },
        { of: { imperfection: 'drift' }, range: [-5, 5] },
      ],
    };
    const points = axisPoints(axes, 1);
    for (const [axis, low, width] of [
      [0, 0, 2],
      [1, -5, 1],
    ] as const) {
      const slots = points.map((point) => Math.floor(((point[axis]?.level ?? 0) - low) / width));
      expect(slots.toSorted((p, q) => p - q)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      expect(slots).not.toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
    expect(axisPoints(axes, 1)).toEqual(points);
    expect(axisPoints(axes, 2)).not.toEqual(points);
  });
});
