import { describe, expect, it } from 'vitest';
import { agreementOf, insideRange } from './agreementOf.ts';

/** Readings with this mean of their logarithms and this standard deviation, by as many as are asked for. */
function readings(centre: number, sdOfLog: number, count: number): number[] {
  const steps = Array.from({ length: count }, (_, i) => i - (count - 1) / 2);
  const sd = Math.sqrt(steps.reduce((sum, step) => sum + step ** 2, 0) / (count - 1));
  return steps.map((step) => centre * Math.exp((sdOfLog * step) / sd));
}

describe('agreementOf', () => {
  it('of one method is the distance of its reading, most of which the scale takes', () => {
    // SD 0.1 over 4 readings: variance of a further one 0.01 x 1.25 + 0.0004 = 0.0129, weight 77.519;
    // prior weight 1 / 0.13^2 = 59.172; ln s = 0.2 x 77.519 / 136.691 = 0.113422.
    const agreement = agreementOf([{ real: 10 * Math.exp(0.2), simulated: readings(10, 0.1, 4) }]);
    expect(agreement?.scale).toBeCloseTo(Math.exp(0.113422), 5);
    // z = (0.2 - 0.113422) / 0.113578
    expect(agreement?.z).toEqual([expect.closeTo(0.76228, 4)]);
    expect(agreement?.r).toBeCloseTo(0.76228, 4);
  });

  it('of two methods that are equally off to both sides leaves the scale alone', () => {
    const agreement = agreementOf([
      { real: 10 * Math.exp(0.1), simulated: readings(10, 0, 9) },
      { real: -20 * Math.exp(-0.1), simulated: readings(-20, 0, 9) },
    ]);
    expect(agreement?.scale).toBeCloseTo(1, 12);
    expect(agreement?.z).toEqual([expect.closeTo(5, 9), expect.closeTo(-5, 9)]);
    expect(agreement?.r).toBeCloseTo(5, 9);
  });

  it('takes nearly all of a common scale, and calls the rest agreement', () => {
    const factor = 1.12;
    const agreement = agreementOf(
      [13, 15, 16, 12].map((um) => ({ real: factor * um, simulated: readings(um, 0.03, 10) })),
    );
    // Each weight is 1 / (0.0009 x 1.1 + 0.0004) = 719.42; ln s = ln 1.12 x 2877.7 / 2936.9.
    expect(agreement?.scale).toBeCloseTo(Math.exp((Math.log(1.12) * 2877.698) / 2936.87), 4);
    expect(agreement?.r).toBeLessThan(0.1);
  });

  it.each([
    // Mean 0.1, variance 0.02 / 3, times 1 + 1/4: [0.3 - 0.1] / sqrt(0.0083333 + 0.002^2 + 0.05^2).
    ['both signs in simulation', 0.3, [0, 0.2, 0.1, 0.1], 1.92118],
    // [-1 - 2] / sqrt(0 + 0.04^2 + 0.05^2)
    ['the other sign in reality', -1, [2, 2, 2], -46.8521],
    ['a reading of 0', 0, [2, 2, 2], -31.2348],
  ])('compares %s without logarithms, which says nothing of the scale', (_, real, simulated, z) => {
    const agreement = agreementOf([{ real, simulated }]);
    expect(agreement?.scale).toBe(1);
    expect(agreement?.z[0]).toBeCloseTo(z, 4);
  });

  it('of nine methods on a public pair, dark bodies filled, is that of a calculation by hand', () => {
    const table = [
      [19.54, 19.9, 0.7],
      [13.21, 13.36, 0.11],
      [13.91, 13.2, 0.4],
      [12.38, 10.8, 2.3],
      [13.03, 12.7, 0.2],
      [14.01, 14.0, 0.6],
      [16.0, 15.1, 0.8],
      [15.47, 14.8, 0.3],
      [16.11, 15.3, 0.6],
    ] as const;
    const agreement = agreementOf(
      table.map(([real, mean, sd]) => ({ real, simulated: readings(mean, sd / mean, 10) })),
    );
    expect(agreement?.scale).toBeCloseTo(1.019, 3);
    expect(agreement?.r).toBeCloseTo(0.79, 2);
  });

  it('of nothing is nothing', () => {
    expect(agreementOf([])).toBeUndefined();
  });
});

describe('insideRange', () => {
  it.each([
    [readings(13, 0.05, 10), 1.1],
    [readings(-13, 0.05, 10), 0.9],
    [[-0.1, 0.05, 0.2], 1],
  ])('ends where z is 2: %j', (simulated, scale) => {
    const { lowUm, highUm } = insideRange(simulated, scale);
    expect(lowUm).toBeLessThan(highUm);
    // Many others fix the scale.
    const others = Array.from({ length: 4000 }, () => ({
      real: scale * 10,
      simulated: readings(10, 0, 3),
    }));
    for (const real of [lowUm, highUm]) {
      const z = agreementOf([{ real, simulated }, ...others])?.z[0] ?? 0;
      expect(Math.abs(z)).toBeCloseTo(2, 1);
    }
  });
});
