import { expect, it } from 'vitest';
import { heldOutSd } from './heldOutSd.ts';

const card = {
  heldOut: {
    onePatchMeanAbsoluteError: {
      'wide, 19 e/nm2': [1.5, 0.4, 0.5],
      'wide, 5 e/nm2': [2, 0.5, 0.4],
      'small astigmatism, 19 e/nm2': [0.9, 0.12, 0.09],
      'near focus, 19 e/nm2': [0.2, 0.03, 0.04],
    },
  },
};
const change = (workingDistanceUm: number, stigmatorX: number, stigmatorY = 0) => ({
  ...{ workingDistanceUm, stigmatorX, stigmatorY },
});

it.each([
  [change(-1.9, 0.5, -0.4), change(0.2, 0.03, 0.04)],
  [change(2.1, 0), change(0.9, 0.12, 0.09)],
  [change(1, 0, -0.6), change(1.5, 0.4, 0.4)],
  [change(-30, 0), change(1.5, 0.4, 0.4)],
])('of a correction %j it is the least error of the cases that reach as far', (of, sd) => {
  expect(heldOutSd(card, of)).toEqual(sd);
});

it('is that of any case whose name says nothing, and nothing without one', () => {
  const own = { heldOut: { onePatchMeanAbsoluteError: { mine: [3, 1, 2] } } };
  expect(heldOutSd(own, change(50, 9))).toEqual(change(3, 1, 2));
  expect(heldOutSd({}, change(0, 0))).toEqual(change(0, 0));
});
