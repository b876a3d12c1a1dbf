import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../harness/numeric/index.ts';
import { presetNamed } from '../presets/presets.ts';
import { fixedLevels } from './fixedLevels.ts';
import type { GreyLevels } from './GreyLevels.ts';
import { operatorLevels } from './operatorLevels.ts';

const { detector } = presetNamed('merlin');
const nominal = detector.pedestalGrey - detector.meanGrey;

const greyOf = ({ polarity, pedestalGrey, greyPerYield }: GreyLevels, value: number) =>
  pedestalGrey + (polarity === 'inverted' ? -1 : 1) * greyPerYield * value;

/** A bright ground with a tail of dark bodies: high yields. */
function field(mean: number, sd: number, tail: number, count = 20_000): Float32Array {
  const random = new RandomStream(3, 'field');
  return Float32Array.from(
    { length: count },
    () => mean + sd * random.normal() + (random.uniform() < 0.08 ? tail : 0),
  );
}

const meanOf = (values: Float32Array) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const share = (values: Float32Array, test: (value: number) => boolean) =>
  values.filter(test).length / values.length;

describe('fixed levels', () => {
  it('put yield 1 at the mean grey value', () => {
    expect(greyOf(fixedLevels(detector), 1)).toBe(detector.meanGrey);
    expect(greyOf(fixedLevels(detector), 0)).toBe(detector.pedestalGrey);
  });

  it('are the negative in normal polarity', () => {
    const normal = fixedLevels({ ...detector, polarity: 'normal' });
    for (const value of [0, 0.7, 1, 1.4])
      expect(greyOf(normal, value)).toBeCloseTo(255 - greyOf(fixedLevels(detector), value), 9);
  });
});

describe('levels as an operator sets them', () => {
  it.each([
    { mean: 1, tail: 0.4 },
    { mean: 0.9, tail: 0.45 },
  ])(
    'inverted: the mean at 130 and the wanted share of the pixels black, at mean yield $mean',
    (one) => {
      const yields = field(one.mean, 0.1, one.tail);
      const levels = operatorLevels(yields, 'inverted', detector);
      expect(greyOf(levels, meanOf(yields))).toBeCloseTo(130, 2);
      expect(share(yields, (value) => greyOf(levels, value) <= 0)).toBeCloseTo(
        detector.clippedPercent / 100,
        3,
      );
    },
  );

  it('do not depend on the order of the pixels, nor change them', () => {
    const yields = field(1, 0.1, 0.4);
    const copy = yields.slice();
    const levels = operatorLevels(yields, 'inverted', detector);
    expect(yields).toEqual(copy);
    const reversed = operatorLevels(yields.toReversed(), 'inverted', detector);
    expect(reversed.greyPerYield).toBe(levels.greyPerYield);
  });

  it.each(['inverted', 'normal'] as const)(
    '%s: a blank field is not amplified beyond 1.5',
    (polarity) => {
      const yields = field(0.82, 0.002, 0);
      const levels = operatorLevels(yields, polarity, detector);
      expect(levels.greyPerYield).toBe(1.5 * nominal);
      expect(greyOf(levels, meanOf(yields))).toBeCloseTo(polarity === 'inverted' ? 130 : 110, 2);
      expect(operatorLevels(new Float32Array(9).fill(1), polarity, detector).greyPerYield).toBe(
        1.5 * nominal,
      );
    },
  );

  it('inverted: the contrast is not turned below half the nominal one', () => {
    const yields = field(1, 0.5, 3);
    const levels = operatorLevels(yields, 'inverted', detector);
    expect(levels.greyPerYield).toBe(0.5 * nominal);
    expect(greyOf(levels, meanOf(yields))).toBeCloseTo(130, 2);
  });

  it('normal: from nearly black to white, half a per cent beyond either', () => {
    const yields = field(0.4, 0.05, 2.5);
    const levels = operatorLevels(yields, 'normal', detector);
    expect(share(yields, (value) => greyOf(levels, value) > 255)).toBeCloseTo(0.005, 3);
    expect(share(yields, (value) => greyOf(levels, value) < 10)).toBeCloseTo(0.005, 3);
  });
});
