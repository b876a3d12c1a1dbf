import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../harness/numeric/index.ts';
import { nothingElseUnknown } from './FocusScene.ts';
import {
  boundSd,
  focusInformation,
  pairFrames,
  pairInformation,
  scaleInformation,
} from './index.ts';

const optics = { psf: 'gaussian', convergenceMrad: 8.74, residualSpotNm: 3.5 } as const;
const random = new RandomStream(7200, 'yields');
/** White, so that the spectrum is known without measuring it. */
const yields = {
  width: 512,
  height: 384,
  data: Float32Array.from({ length: 512 * 384 }, () => 0.8 + 0.1 * random.normal()),
};
const midway = { zUm: 1, aUm: 0.5, bUm: -0.5 };
const pair = { optics, pixelSizeNm: 10, midway, perturbationUm: 5 };
const matrix = [
  [1, 0],
  [0, 1],
] as [[number, number], [number, number]];

describe('the information of a pair, from the truth about the specimen', () => {
  const information = pairInformation({ ...pair, specimen: { yields, countsAtYield1: 100 } });

  it('is that of its spectrum and of shot noise, for the area that is looked at', () => {
    const px = 384 * 512;
    const ours = boundSd(scaleInformation(information(4, 'known'), px), matrix);
    const theirs = boundSd(
      focusInformation(
        {
          optics,
          frames: pairFrames(midway, 5),
          ...{ width: 512, height: 384, pixelSizeNm: 10, pixelApertureNm: 0 },
          specimenPower: () => 0.01,
          // Yields of 0.8 in the mean make 320 counts, whose variance is 320.
          noiseVariance: 320 / 400 ** 2,
        },
        nothingElseUnknown,
      ),
      matrix,
    );
    for (const parameter of ['workingDistanceUm', 'stigmatorX', 'stigmatorY'] as const) {
      // Rings of a measured spectrum scatter.
      expect(ours[parameter] / theirs[parameter]).toBeGreaterThan(0.97);
      expect(ours[parameter] / theirs[parameter]).toBeLessThan(1.03);
    }
  });

  it('is less for who must find out spectrum and gain', () => {
    const z = (told: 'known' | 'unknown') =>
      boundSd(information(1, told), matrix).workingDistanceUm;
    expect(z('unknown')).toBeGreaterThan(1.02 * z('known'));
  });

  it('grows with the dose, in multiples of the counts at yield 1', () => {
    const brighter = pairInformation({ ...pair, specimen: { yields, countsAtYield1: 700 } });
    expect(brighter(1, 'known')).toEqual(information(7, 'known'));
    expect(brighter(1, 'known')[0]![0]!).toBeGreaterThan(information(1, 'known')[0]![0]!);
  });
});
