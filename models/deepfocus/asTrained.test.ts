import { describe, expect, it } from 'vitest';
import { merlinCalibration } from '../../harness/algorithm/testing/merlinCalibration.ts';
import type { Calibration } from '../../harness/microscope/index.ts';
import { RandomStream } from '../../harness/numeric/index.ts';
import { linearModel } from '../testing/linearModel.ts';
import {
  assertTrainedInstrument,
  assertTrainedPerturbation,
  bringToTrainedLevels,
} from './asTrained.ts';

const zero = { bias: 0, ofMean: [0, 0] };
const { convergenceMrad, stigmatorMatrixUmPerUnit } = merlinCalibration;
const own = { convergenceMrad, stigmatorMatrixUmPerUnit };
const { card } = linearModel({ kind: 'correction', columns: [zero, zero, zero], card: own });
const free = linearModel({ kind: 'aberration', columns: Array(6).fill(zero), card: own }).card;

describe('assertTrainedInstrument', () => {
  it('lets through what a measured calibration scatters by', () => {
    const close = { ...merlinCalibration, convergenceMrad: 1.09 * convergenceMrad };
    expect(() => assertTrainedInstrument(card, close)).not.toThrow();
  });

  it.each<[Partial<Calibration>, string]>([
    [
      { convergenceMrad: 6.5 },
      'linear-16 was trained for a convergence of 8.74 mrad, within 10 %. Received 6.5 mrad',
    ],
    [
      {
        stigmatorMatrixUmPerUnit: [
          [3.532, -1.878],
          [1.878, 3.532],
        ],
      },
      'linear-16 was trained for the stigmator matrix [[-1.878,3.532],[3.532,1.878]] um per unit, within 20 %. Received [[3.532,-1.878],[1.878,3.532]]',
    ],
  ])('refuses another instrument, with both values: %j', (change, message) => {
    const other = { ...merlinCalibration, ...change };
    expect(() => assertTrainedInstrument(card, other)).toThrow(message);
    expect(() => assertTrainedInstrument(free, other)).not.toThrow();
  });
});

it('refuses another perturbation, with both values, unless the network takes any', () => {
  expect(() => assertTrainedPerturbation(card, { perturbationUm: 5 })).not.toThrow();
  expect(() => assertTrainedPerturbation(card, { perturbationUm: 2 })).toThrow(
    'linear-16 was trained for a perturbation of 5 um. Received 2 um',
  );
  expect(() => assertTrainedPerturbation(free, { perturbationUm: 2 })).not.toThrow();
});

describe('bringToTrainedLevels', () => {
  const size = card.patchSidePx ** 2;
  /** Four pairs of patches; of the two frames of each the first is darker. */
  const patchesOf = (mean: number, sd: number) => {
    const random = new RandomStream(1, 'levels');
    return Float32Array.from({ length: 8 * size }, (_, at) => {
      const isOver = Math.floor(at / size) % 2 === 1;
      return (mean + (isOver ? 1 : -1) + sd * random.normal() - 128) / 128;
    });
  };

  it.each([
    [128, 40],
    [60, 12],
    [200, 15],
  ])('leaves patches alone at a mean of %f and a deviation of %f', (mean, sd) => {
    expect(bringToTrainedLevels(patchesOf(mean, sd), card)).toEqual(patchesOf(mean, sd));
  });

  it.each([
    [128, 4],
    [30, 8],
    [225, 8],
  ])('brings a mean of %f and a deviation of %f to those of training', (mean, sd) => {
    const patches = patchesOf(mean, sd);
    const shown = bringToTrainedLevels(patches, card);
    expect(shown).toBe(patches);
    const grey = Array.from(shown, (value) => 128 + 128 * value);
    const found = grey.reduce((a, b) => a + b) / grey.length;
    const square = grey.reduce((sum, value) => sum + (value - found) ** 2, 0) / grey.length;
    expect(Math.abs(found - 128)).toBeLessThan(0.1);
    // What the frames differ by is kept, in proportion.
    expect(Math.abs(Math.sqrt(square) - 40 * Math.hypot(1, 1 / sd))).toBeLessThan(0.5);
  });

  it('has nothing to bring from even patches', () => {
    const even = new Float32Array(8 * size).fill(0.9);
    expect(bringToTrainedLevels(even.slice(), card)).toEqual(even);
  });
});
