import { describe, expect, it } from 'vitest';
import { merlinCalibration } from '../../harness/algorithm/testing/merlinCalibration.ts';
import { noisePair } from '../../harness/algorithm/testing/noisePair.ts';
import {
  type SyntheticPairOptions,
  syntheticPair,
} from '../../harness/algorithm/testing/syntheticPair.ts';
import { greyPixels } from '../../harness/numeric/index.ts';
import { displacementOf } from './displacementOf.ts';

// 10 um further, 20 px to the right and 10 up.
const calibration = { ...merlinCalibration, imageShiftNmPerUm: { x: 20, y: -10 } };
const expected = { x: 20, y: -10 };

function pairOf(shiftPx: { x: number; y: number }, more: Partial<SyntheticPairOptions> = {}) {
  return syntheticPair({
    aberration: { zUm: 1, aUm: 0, bUm: 0 },
    width: 300,
    height: 256,
    counts: 840,
    seed: 4,
    shiftPx,
    ...more,
  });
}

describe('displacementOf', () => {
  it.each([
    { x: 20, y: -10 },
    { x: 8, y: -3 },
    { x: 31, y: -25 },
  ])('measures what has moved the frames, to the pixel: $x, $y', (shift) => {
    const found = displacementOf(pairOf(shift), calibration);
    expect(Math.abs(found.x - shift.x)).toBeLessThanOrEqual(1);
    expect(Math.abs(found.y - shift.y)).toBeLessThanOrEqual(1);
    expect(Number.isInteger(found.x) && Number.isInteger(found.y)).toBe(true);
  });

  it('believes the calibration where nothing shows', () => {
    const pair = noisePair(256, 256);
    expect(displacementOf(pair, calibration)).toEqual(expected);
    const flat = greyPixels(new Uint8Array(256 * 256).fill(90), 256, 256);
    expect(displacementOf({ ...pair, under: flat, over: flat }, calibration)).toEqual(expected);
  });

  it('believes the calibration where frames are too small, or the shift too large, to measure', () => {
    const small = pairOf({ x: 3, y: 4 }, { width: 120, height: 256 });
    expect(displacementOf(small, calibration)).toEqual(expected);
    const far = { ...calibration, imageShiftNmPerUm: { x: 200, y: 0 } };
    expect(displacementOf(pairOf({ x: 3, y: 4 }), far)).toEqual({ x: 200, y: 0 });
  });

  it('expects less of larger pixels, and of a smaller perturbation', () => {
    const flat = greyPixels(new Uint8Array(64 * 64), 64, 64);
    const pair = { under: flat, over: flat, pixelSizeNm: 20, perturbationUm: 2 };
    expect(displacementOf(pair, calibration)).toEqual({ x: 4, y: -2 });
  });
});
