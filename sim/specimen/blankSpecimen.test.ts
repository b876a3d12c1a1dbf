import { expect, it } from 'vitest';
import { RandomStream } from '../../harness/numeric/index.ts';
import { gaussianBand } from '../testing/realism/gaussianBand.ts';
import { greyMoments } from '../testing/realism/greyMoments.ts';
import { blankSpecimen } from './blankSpecimen.ts';

it('blank resin varies by less than half a percent rms, and slowly', () => {
  const width = 500;
  const yields = blankSpecimen(4).rasterise({
    ...{ leftNm: 0, topNm: 0, width, height: 400, pixelSizeNm: 100 },
  });
  const { sd } = greyMoments(yields);
  expect(sd).toBeGreaterThan(0.001);
  expect(sd).toBeLessThan(0.005);
  for (let at = 1; at < width; at++)
    expect(Math.abs(yields[at]! - yields[at - 1]!)).toBeLessThan(0.001);
});

it('blank resin has no detail to focus on: between 20 and 80 nm it is far below shot noise', () => {
  const [width, height] = [512, 384];
  const yields = blankSpecimen(4).rasterise({
    ...{ leftNm: 0, topNm: 0, width, height, pixelSizeNm: 10 },
  });
  // The noise of 3750 electrons per pixel, 400 ns at 1.5 nA: as good as a frame ever is.
  const random = new RandomStream(1, 'shot noise');
  const noise = yields.map(() => random.normal() / Math.sqrt(3750));
  const bandRms = (values: Float32Array) => {
    const band = gaussianBand(values, width, height, 2, 8);
    return Math.sqrt(band.reduce((sum, value) => sum + value * value, 0) / band.length);
  };
  expect(bandRms(yields)).toBeLessThan(0.1 * bandRms(noise));
});
