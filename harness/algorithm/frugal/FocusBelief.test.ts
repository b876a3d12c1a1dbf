import { describe, expect, it } from 'vitest';
import { FocusBelief } from './FocusBelief.ts';

const change = (workingDistanceUm: number) => ({ workingDistanceUm, stigmatorX: 0, stigmatorY: 0 });
const sure = (workingDistanceUm: number) => ({
  workingDistanceUm,
  stigmatorX: 0.1,
  stigmatorY: 0.1,
});
const state = { workingDistanceUm: 4500, stigmatorX: 1, stigmatorY: -1 };

describe('FocusBelief', () => {
  it('knows nothing before the first pair, then what that one says', () => {
    const belief = new FocusBelief();
    expect([belief.focus, belief.sd]).toEqual([undefined, undefined]);
    belief.add(state, change(3), sure(0.4));
    expect(belief.focus).toEqual({ ...state, workingDistanceUm: 4503 });
    expect(belief.sd).toEqual(sure(0.4));
  });

  it('weighs pairs by the inverse of their variances, the earlier ones faded', () => {
    const belief = new FocusBelief();
    belief.add(state, change(1), sure(1));
    belief.add(state, change(0), sure(1));
    // Variances 1.2 and 1: the mean is 1 / 2.2.
    expect(belief.focus?.workingDistanceUm).toBeCloseTo(4500 + 1 / 2.2, 9);
    expect(belief.sd?.workingDistanceUm).toBe(1);
  });

  it('counts what is told from another state of the microscope', () => {
    const belief = new FocusBelief();
    belief.add(state, change(3), sure(1));
    belief.add({ ...state, workingDistanceUm: 4502 }, change(1), sure(1));
    expect(belief.focus?.workingDistanceUm).toBeCloseTo(4503, 9);
  });

  it('forgets what a pair contradicts', () => {
    const belief = new FocusBelief();
    belief.add(state, change(10), sure(0.1));
    belief.add(state, change(2), sure(0.5));
    expect(belief.focus?.workingDistanceUm).toBe(4502);
    expect(belief.sd).toEqual(sure(0.5));
  });

  it('claims as much as the surest of its pairs, which fades', () => {
    const belief = new FocusBelief();
    for (let pair = 0; pair < 50; pair++) belief.add(state, change(0), sure(0.5));
    expect(belief.sd?.workingDistanceUm).toBe(0.5);
    belief.add(state, change(0), sure(2));
    expect(belief.sd?.workingDistanceUm).toBeCloseTo(0.5 * Math.sqrt(1.2), 9);
    belief.add(state, change(0), sure(0.2));
    expect(belief.sd?.workingDistanceUm).toBe(0.2);
  });
});
