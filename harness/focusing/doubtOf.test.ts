import { describe, expect, it } from 'vitest';
import type { AutofocusStep } from '../algorithm/index.ts';
import { doubtOf } from './doubtOf.ts';

const margins = { workingDistanceUm: 1, stigmator: 0.25 };
const focus = { workingDistanceUm: 4500, stigmatorX: 1, stigmatorY: -1 };
const small = { workingDistanceUm: 0.1, stigmatorX: 0.01, stigmatorY: 0.01 };
const sure: AutofocusStep = {
  ...{ iteration: 1, framesUsed: 2, computeMs: 1, focus },
  correction: small as AutofocusStep['correction'],
  correctionSd: small as NonNullable<AutofocusStep['correctionSd']>,
};
const { correctionSd: _, ...silent } = sure;
const tiles = (sharpness: number) => Array.from({ length: 16 }, (_, i) => sharpness + (i % 2));
const look = (distanceUm: number, sharpness: number) => ({
  workingDistanceUm: focus.workingDistanceUm + distanceUm,
  tiles: tiles(sharpness),
});
const pair = [look(-5, 20), look(5, 22)];

describe('doubtOf', () => {
  it.each([
    ['both witnesses agree', [sure], pair, tiles(50), undefined],
    ['one frame away is enough', [sure], [look(3, 20)], tiles(50), undefined],
    ['it does not say how sure it is', [silent], pair, tiles(50), /does not say how sure/],
    [
      'it is not sure',
      [{ ...sure, correctionSd: { ...small, workingDistanceUm: 2 } }],
      pair,
      tiles(50),
      /is not sure to be inside the margins/,
    ],
    ['no frame came after it', [sure], pair, undefined, /no frame was exposed after/],
    ['no frame is from outside', [sure], [look(0.5, 20)], tiles(50), /outside the margins to/],
    [
      'a frame away is as sharp',
      [sure],
      [look(-5, 50), look(5, 22)],
      tiles(50),
      /is not sharper than one exposed 5\.0 um away/,
    ],
    ['an earlier frame was as sharp', [sure], [look(-7, 60), ...pair], tiles(50), undefined],
  ])('%s', (_name, steps, looks, last, doubt) => {
    const found = doubtOf(steps as AutofocusStep[], margins, focus, looks, last);
    if (doubt === undefined) expect(found).toBeUndefined();
    else expect(found).toMatch(doubt);
  });
});
