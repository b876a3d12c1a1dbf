import { describe, expect, expectTypeOf, it } from 'vitest';
import { addFocus, type FocusChange, type FocusState, subtractFocus } from './FocusState.ts';

const origin: FocusState = { workingDistanceUm: 4500, stigmatorX: 2, stigmatorY: -1 };
const change: FocusChange = { workingDistanceUm: -3, stigmatorX: 0.5, stigmatorY: 0.25 };

describe('a state and a change', () => {
  it('are two types: neither is taken for the other', () => {
    expectTypeOf<FocusState>().not.toExtend<FocusChange>();
    expectTypeOf<FocusChange>().not.toExtend<FocusState>();
    expectTypeOf<FocusState>().not.toExtend<Partial<FocusChange>>();
    expectTypeOf<FocusChange>().not.toExtend<Partial<FocusState>>();
  });

  it('are what plain numbers can be declared as', () => {
    interface Plain {
      workingDistanceUm: number;
      stigmatorX: number;
      stigmatorY: number;
    }
    expectTypeOf<Plain>().toExtend<FocusState>();
    expectTypeOf<Plain>().toExtend<FocusChange>();
  });

  it('the change between two states, added to the first, gives the second', () => {
    const state = addFocus(origin, change);
    expect(state).toEqual({ workingDistanceUm: 4497, stigmatorX: 2.5, stigmatorY: -0.75 });
    expect(subtractFocus(state, origin)).toEqual(change);
  });

  it('a parameter that a change leaves out stays', () => {
    expect(addFocus(origin, { stigmatorY: 3 })).toEqual({ ...origin, stigmatorY: 2 });
  });
});
