import { beforeAll, describe, expect, it } from 'vitest';
import { addFocus, deviationOfAberration } from '../../../harness/microscope/index.ts';
import { cropGreyImage, RandomStream } from '../../../harness/numeric/index.ts';
import { mean, sampleSd } from '../../../harness/statistics/index.ts';
import { presetNamed } from '../../presets/presets.ts';
import { createSpecimen } from '../../specimen/createSpecimen.ts';
import { simulate } from '../simulate.ts';
import { type DefocusedPairStatistics, defocusStatistics } from './defocusStatistics.ts';

const size = { width: 1024, height: 768 } as const;
const pixelSizeNm = 10.03;

const small = { width: 640, height: 512 } as const;

const measured = (first: Float32Array, second = first) =>
  defocusStatistics([first, second], small.width, small.height, pixelSizeNm);

/** A grey image, pixel by pixel. */
const image = (grey: (x: number, y: number) => number) =>
  Float32Array.from({ length: small.width * small.height }, (_, at) =>
    grey(at % small.width, Math.floor(at / small.width)),
  );

describe('statistics of a defocused pair', () => {
  it('see clipping, the mask round it, and how dark an area is', () => {
    const bar = image((x) => (x >= 300 && x < 330 ? 0 : 150 + (x % 2)));
    const { frames, maskedShare } = measured(
      bar,
      image((x, y) => (x === 500 && y === 300 ? 60 : 150)),
    );
    expect(frames[0].clippedPercent).toBeCloseTo((100 * 30) / 640, 3);
    expect(frames[0].darkPercent).toBeGreaterThan(4);
    expect(frames[0].darkPercent).toBeLessThan(5);
    // The body, and on each side 15 px wholly and half of 30 px more.
    expect(maskedShare).toBeCloseTo((30 + 2 * 30) / 640, 2);
    expect(frames[1].clippedPercent).toBe(0);
  });

  it('see the slope of a ramp, and the direction and strength of waves in the band', () => {
    const k = 12e-3 * pixelSizeNm;
    const wave = image((x, y) => 128 + 40 * Math.cos(k * (0.6 * x + 0.8 * y)));
    const found = measured(wave);
    expect(found.anisotropy).toBeGreaterThan(0.97);
    expect(found.patchPowerMinOverMedian).toBeGreaterThan(0.9);
    const noise = new RandomStream(1, 'realism', 'defocus');
    const white = image(() => 128 + 20 * noise.normal());
    expect(measured(white).anisotropy).toBeLessThan(0.05);
    expect(measured(image((x) => 20 + 0.2 * x)).frames[0].gradientP99).toBeCloseTo(0.2, 2);
  });
});

/** Published values of the one real pair whose aberration is known, each of one place: [under, over]. */
const real = {
  clippedPercent: [2.46, 3.18],
  bandRms: [11.8, 16.4],
  gradientP99: [8.1, 14.2],
  darkPercent: [5.0, 5.4],
  sd: [46.6, 49.0],
  skewness: [-1.03, -1.01],
  excessKurtosis: [0.64, 0.69],
} as const;

describe('merlin-real over tissue, 18 and 8 um below focus', () => {
  const pairs: DefocusedPairStatistics[] = [];
  beforeAll(async () => {
    for (let seed = 300; seed < 310; seed++) pairs.push(await renderedPair(seed));
  }, 300_000);
  const expectInside = (value: number, of: (pair: DefocusedPairStatistics) => number) => {
    const values = pairs.map(of);
    expect(Math.abs(value - mean(values))).toBeLessThan(2 * sampleSd(values));
  };

  it.each(Object.keys(real) as (keyof typeof real)[])(
    'has the %s of real frames inside',
    (name) => {
      for (const index of [0, 1] as const)
        expectInside(real[name][index], ({ frames }) => frames[index][name]);
    },
  );

  it('has what both frames show together inside', () => {
    expectInside(0.27, ({ maskedShare }) => maskedShare);
    expectInside(0.47, ({ anisotropy }) => anisotropy);
    expectInside(0.47, ({ patchPowerMinOverMedian }) => patchPowerMinOverMedian);
  });
});

async function renderedPair(seed: number): Promise<DefocusedPairStatistics> {
  const { microscope, truth } = simulate('merlin-real', {
    ...{ specimen: createSpecimen('tissue', seed), seed },
    stage: { xUm: 0, yUm: 0 },
  });
  const { matrixUmPerUnit } = presetNamed('merlin-real').stigmator;
  const frameAt = async (zUm: number) => {
    const step = deviationOfAberration({ zUm, aUm: 2.8, bUm: -2.7 }, matrixUmPerUnit);
    await microscope.writeFocus(addFocus(truth.bestFocus(), step));
    const request = { ...size, pixelSizeNm, dwellTimeNs: 250 };
    return cropGreyImage((await microscope.acquireFrame(request)).pixels).data;
  };
  const frames = [await frameAt(-18.3), await frameAt(-8.3)] as const;
  return defocusStatistics(frames, size.width, size.height, pixelSizeNm);
}
