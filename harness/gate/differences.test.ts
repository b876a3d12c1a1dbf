import { describe, expect, it } from 'vitest';
import { RandomStream } from '../numeric/index.ts';
import { mcNemarTest, pairedProportionInterval } from '../statistics/index.ts';
import { shareDifference, type ValuePair } from './shareDifference.ts';
import { valueDifference } from './valueDifference.ts';

const pair = (base: number, candidate: number): ValuePair => ({ base, candidate });
const repeat = (count: number, value: ValuePair) => Array.from({ length: count }, () => value);
const alone = (values: readonly ValuePair[]) => values.map((value) => ({ values: [value] }));
const random = () => new RandomStream(1, 'bootstrap');

describe('shareDifference', () => {
  it('of independent pairs is Tango and McNemar', () => {
    const values = [
      ...repeat(80, pair(1, 1)),
      ...repeat(9, pair(1, 0)),
      ...repeat(2, pair(0, 1)),
      ...repeat(9, pair(0, 0)),
    ];
    const difference = shareDifference(alone(values), 'higher');
    expect(difference).toMatchObject({ ties: 89, onlyCandidateBad: 9, onlyBaseBad: 2 });
    expect(difference.worseBy).toBeCloseTo(0.07, 12);
    expect(difference.base).toBeCloseTo(0.89, 12);
    expect(difference.candidate).toBeCloseTo(0.82, 12);
    expect(difference.interval).toEqual(pairedProportionInterval(9, 2, 100));
    expect(difference.pValue).toBe(mcNemarTest(9, 2));
  });

  it('turns round where lower is better', () => {
    const values = [...repeat(9, pair(0, 1)), ...repeat(1, pair(1, 0)), ...repeat(10, pair(0, 0))];
    expect(shareDifference(alone(values), 'lower').worseBy).toBeCloseTo(0.4, 12);
  });

  it('is not sure of nothing: without a discordant pair the interval has a width', () => {
    const few = shareDifference(alone(repeat(20, pair(1, 1))), 'higher');
    expect(few.interval.high).toBeGreaterThan(0.15);
    const many = shareDifference(alone(repeat(180, pair(1, 1))), 'higher');
    expect(many.interval.high).toBeCloseTo(0.0209, 3);
    expect(many.pValue).toBe(1);
  });

  it('counts pairs of one place for fewer where they change together', () => {
    const clusters = [
      ...Array.from({ length: 8 }, () => ({ values: repeat(2, pair(1, 0)) })),
      ...Array.from({ length: 42 }, () => ({ values: repeat(2, pair(1, 1)) })),
    ];
    const together = shareDifference(clusters, 'higher');
    const apart = shareDifference(alone(clusters.flatMap(({ values }) => values)), 'higher');
    expect(together.worseBy).toBe(apart.worseBy);
    expect(together.interval.low).toBeLessThan(apart.interval.low);
    // Eight places that changed are eight findings, not sixteen.
    expect(together.pValue).toBeCloseTo(mcNemarTest(8, 0), 12);
    expect(apart.pValue).toBe(mcNemarTest(16, 0));
  });

  it('takes pairs of one place for independent where they change apart', () => {
    const clusters = Array.from({ length: 50 }, (_, i) => ({
      values: [pair(1, i < 8 ? 0 : 1), pair(1, i >= 8 && i < 16 ? 0 : 1)],
    }));
    expect(shareDifference(clusters, 'higher').pValue).toBe(mcNemarTest(16, 0));
  });
});

describe('valueDifference', () => {
  const values = Array.from({ length: 60 }, (_, i) => pair(1 + (i % 7) / 10, 1.3 + (i % 5) / 10));
  const strata = [alone(values)];
  const of = (kind: 'iqm' | 'p95' | 'mean' | 'ratio' | 'medianRatio', better = 'lower' as const) =>
    valueDifference(strata, { kind, better }, random(), 500);

  it.each(['iqm', 'p95', 'mean', 'ratio', 'medianRatio'] as const)(
    'of %s is positive where the candidate is worse, and inside its interval',
    (kind) => {
      const { worseBy, interval, pValue } = of(kind);
      expect(worseBy).toBeGreaterThan(0);
      expect(interval.low).toBeLessThanOrEqual(worseBy);
      expect(interval.high).toBeGreaterThanOrEqual(worseBy);
      expect(pValue).toBeLessThan(0.05);
    },
  );

  it('turns round where higher is better', () => {
    const { worseBy } = valueDifference(strata, { kind: 'mean', better: 'higher' }, random(), 100);
    expect(worseBy).toBeCloseTo(-of('mean').worseBy, 12);
  });

  it('has no width where every pair ties, without a draw', () => {
    const same = [alone(repeat(40, pair(2, 2)))];
    const stream = random();
    expect(valueDifference(same, { kind: 'iqm', better: 'lower' }, stream)).toEqual({
      base: 2,
      candidate: 2,
      worseBy: 0,
      ties: 40,
      informative: 0,
      interval: { low: 0, high: 0 },
      pValue: 1,
    });
    expect(stream.nextInt32()).toBe(random().nextInt32());
  });

  it('of a baseline of nothing is infinite, not NaN', () => {
    const fromNothing = [alone([...repeat(9, pair(0, 0)), pair(0, 1)])];
    const { worseBy } = valueDifference(fromNothing, { kind: 'ratio', better: 'lower' }, random());
    expect(worseBy).toBe(Number.POSITIVE_INFINITY);
  });
});
