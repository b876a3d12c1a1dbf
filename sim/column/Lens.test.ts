import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Lens } from './Lens.ts';

const at = (workingDistanceUm: number, stigmatorX = 0, stigmatorY = 0) => ({
  workingDistanceUm,
  stigmatorX,
  stigmatorY,
});
const none = { hysteresisUm: 0, settlingS: 0 };

it('a lens without faults is where it was told to be', () => {
  const lens = new Lens(at(4500), 0, none);
  lens.set(at(4510, 1, -2), 1);
  expect(lens.stateAt(1)).toEqual(at(4510, 1, -2));
});

describe('hysteresis', () => {
  it('leaves the lens behind by its half-play, and stays there for twice of it on the way back', () => {
    const lens = new Lens(at(4500), 0, { ...none, hysteresisUm: 0.3 });
    const follow = (workingDistanceUm: number) => {
      lens.set(at(workingDistanceUm), 0);
      return lens.stateAt(0).workingDistanceUm;
    };
    expect(follow(4510)).toBeCloseTo(4509.7, 9);
    expect(follow(4509.5)).toBeCloseTo(4509.7, 9);
    expect(follow(4509.41)).toBeCloseTo(4509.7, 9);
    expect(follow(4505)).toBeCloseTo(4505.3, 9);
    expect(lens.stateAt(0).stigmatorX).toBe(0);
  });

  it('never lags by more than the half-play', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -50, max: 50, noNaN: true })), (moves) => {
        const lens = new Lens(at(0), 0, { ...none, hysteresisUm: 0.4 });
        for (const move of moves) {
          lens.set(at(move), 0);
          expect(Math.abs(lens.stateAt(0).workingDistanceUm - move)).toBeLessThanOrEqual(
            0.4 + 1e-9,
          );
        }
      }),
    );
  });
});

describe('settling', () => {
  const lens = new Lens(at(0), 0, { ...none, settlingS: 0.2 });
  lens.set(at(10, 1, -1), 5);

  it('is exponential in all three settings', () => {
    const left = Math.exp(-1);
    expect(lens.stateAt(5)).toEqual(at(0));
    expect(lens.stateAt(5.2).workingDistanceUm).toBeCloseTo(10 * (1 - left), 9);
    expect(lens.stateAt(5.2).stigmatorY).toBeCloseTo(-(1 - left), 9);
    expect(lens.stateAt(50).workingDistanceUm).toBeCloseTo(10, 9);
  });

  it('starts from wherever the lens was when the next setting came', () => {
    const before = lens.stateAt(5.1).workingDistanceUm;
    lens.set(at(0), 5.1);
    expect(lens.stateAt(5.1).workingDistanceUm).toBeCloseTo(before, 9);
    expect(lens.stateAt(5.3).workingDistanceUm).toBeCloseTo(before * Math.exp(-1), 9);
  });
});
