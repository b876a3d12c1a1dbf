import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import fixtures from '../sharpness/fixtures/sharpness/sharpness.json' with { type: 'json' };
import { combineFits } from './combineFits.ts';
import { fitSeries } from './fitSeries.ts';
import { scharrSharpness } from './scharrSharpness.ts';

describe('scharrSharpness', () => {
  const { width, height } = fixtures;
  const data = Float32Array.from(Buffer.from(fixtures.pixels, 'base64'));

  it('is what SciPy says of the same image', () => {
    expect(scharrSharpness({ width, height, data })).toBeCloseTo(fixtures.scharr, 5);
  });

  it('does not change with brightness, contrast or what lies outside the circle', () => {
    const changed = data.map((value) => 40 - 3 * value);
    const before = scharrSharpness({ width, height, data });
    expect(scharrSharpness({ width, height, data: changed })).toBeCloseTo(before, 5);
    expect(scharrSharpness({ width, height, data: new Float32Array(width * height) })).toBe(0);
  });
});

describe('fitSeries', () => {
  it('finds the optimum of any parabola within the range, for any number of offsets', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1.4, max: 1.4, noNaN: true }),
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        fc.constantFrom(3, 5, 9),
        (optimum, height, count) => {
          const offsets = Array.from({ length: count }, (_, i) => -1.5 + (3 * i) / (count - 1));
          const fit = fitSeries(
            offsets,
            offsets.map((x) => 7 + height * (4 - (x - optimum) ** 2)),
          );
          expect(fit?.optimum).toBeCloseTo(optimum, 6);
          expect(fit?.rmse).toBeCloseTo(0, 6);
        },
      ),
    );
  });

  it('stays within the sampled range', () => {
    const offsets = [-1.5, 0, 1.5];
    const far = fitSeries(
      offsets,
      offsets.map((x) => -((x - 9) ** 2)),
    );
    expect(far?.optimum).toBe(1.5);
  });

  it('takes the upper end of a line where the parabola opens upwards', () => {
    expect(fitSeries([-0.2, 0, 0.2], [1, 1.1, 2])?.optimum).toBe(0.2);
    expect(fitSeries([-0.2, 0, 0.2], [2, 1.1, 1])?.optimum).toBe(-0.2);
  });

  it('rejects a valley, what is flat, and what no parabola fits', () => {
    expect(fitSeries([-1, 0, 1], [1, 0, 1])).toBeUndefined();
    expect(fitSeries([-1, 0, 1], [2, 2, 2])).toBeUndefined();
    expect(fitSeries([-1, -0.5, 0, 0.5, 1], [0, 1, 0, 1, 0])).toBeUndefined();
  });
});

describe('combineFits', () => {
  const tile = (optimum: number, rmse = 0) => ({ optimum, rmse });

  it('needs three fits', () => {
    expect(combineFits([tile(1), tile(1)])).toBeUndefined();
    expect(combineFits([tile(1), tile(1), tile(1)])).toMatchObject({ optimum: 1, sd: 0, count: 3 });
  });

  it('drops outliers from the median', () => {
    const found = combineFits([tile(0.9), tile(1), tile(1.1), tile(1.05), tile(-1.5)]);
    expect(found?.count).toBe(4);
    expect(found?.optimum).toBeCloseTo(1.0125, 9);
  });

  it('counts a good fit for more than a bad one', () => {
    const found = combineFits([tile(0, 0), tile(0.5, 0.2), tile(1, 0.2)]);
    expect(found?.optimum).toBeLessThan(0.4);
    expect(found?.optimum).toBeGreaterThan(0.1);
  });
});
