import { expect, it } from 'vitest';
import { blankSpecimen } from './blankSpecimen.ts';

it('blank resin varies by less than half a percent rms, and slowly', () => {
  const width = 500;
  const yields = blankSpecimen(4).rasterise({
    ...{ leftNm: 0, topNm: 0, width, height: 400, pixelSizeNm: 100 },
  });
  const mean = yields.reduce((sum, value) => sum + value, 0) / yields.length;
  const variance = yields.reduce((sum, value) => sum + (value - mean) ** 2, 0) / yields.length;
  expect(Math.sqrt(variance)).toBeGreaterThan(0.001);
  expect(Math.sqrt(variance)).toBeLessThan(0.005);
  for (let at = 1; at < width; at++)
    expect(Math.abs(yields[at]! - yields[at - 1]!)).toBeLessThan(0.001);
});
