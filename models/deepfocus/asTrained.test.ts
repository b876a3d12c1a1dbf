import { describe, expect, it } from 'vitest';
import { merlinCalibration } from '../../harness/algorithm/testing/merlinCalibration.ts';
import type { Calibration } from '../../harness/microscope/index.ts';
import { greyPixels, RandomStream } from '../../harness/numeric/index.ts';
import { linearModel } from '../testing/linearModel.ts';
import {
  assertTrainedInstrument,
  assertTrainedPerturbation,
  withTrainedLevels,
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

describe('withTrainedLevels', () => {
  const pairOf = (mean: number, sd: number) => {
    const random = new RandomStream(1, 'levels');
    const frame = () => {
      const data = Uint16Array.from({ length: 64 * 64 }, () => 257 * (mean + sd * random.normal()));
      return greyPixels(data, 64, 64);
    };
    return { under: frame(), over: frame() };
  };

  it.each([
    [128, 40],
    [60, 12],
    [200, 15],
  ])('leaves the card alone at a mean of %f and a deviation of %f', (mean, sd) => {
    expect(withTrainedLevels(card, pairOf(mean, sd))).toBe(card);
  });

  it.each([
    [128, 4],
    [30, 8],
    [225, 8],
  ])('brings a mean of %f and a deviation of %f to those of training', (mean, sd) => {
    const { greyOffset, greyScale } = withTrainedLevels(card, pairOf(mean, sd)).input;
    const seen = (grey: number) => 128 + (128 * (grey - greyOffset)) / greyScale;
    expect(Math.abs(seen(mean) - 128)).toBeLessThan(3);
    expect(Math.abs(seen(mean + sd) - 168)).toBeLessThan(3);
  });

  it('has nothing to bring from an even frame', () => {
    const even = greyPixels(new Uint8Array(64 * 64).fill(250), 64, 64);
    expect(withTrainedLevels(card, { under: even, over: even })).toBe(card);
  });
});
