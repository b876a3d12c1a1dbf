import { describe, expect, it } from 'vitest';
import type { PerturbedPair } from '../../harness/algorithm/index.ts';
import { merlinCalibration } from '../../harness/algorithm/testing/merlinCalibration.ts';
import {
  type SyntheticPairOptions,
  syntheticPair,
} from '../../harness/algorithm/testing/syntheticPair.ts';
import type { Aberration, Calibration, GreyPixels } from '../../harness/microscope/index.ts';
import { greyPixels, RandomStream } from '../../harness/numeric/index.ts';
import { baselines } from '../entries.ts';
import { expectedShiftPx, pooled, SpectraSource } from '../pair/SpectraSource.ts';
import { type LikelihoodOptions, PairLikelihood, usualLikelihood } from './PairLikelihood.ts';

function pairOf(aberration: Aberration, more: Partial<SyntheticPairOptions> = {}): PerturbedPair {
  return syntheticPair({
    aberration,
    width: 384,
    height: 384,
    counts: 840,
    seed: 71,
    ...more,
  });
}

function estimate(
  name: string,
  pair: PerturbedPair,
  parameters = {},
  changes: Partial<Calibration> = {},
) {
  const entry = baselines.find((baseline) => baseline.name === name);
  if (entry?.createEstimator === undefined) throw new Error(`${name} is no pair estimator`);
  return entry.createEstimator({ ...merlinCalibration, ...changes }, parameters).estimate(pair);
}

/** Length of the difference between estimate and truth, um. */
async function errorUm(
  name: string,
  truth: Aberration,
  pair: PerturbedPair,
  parameters = {},
  changes: Partial<Calibration> = {},
) {
  const { correction, astigmatismUm } = await estimate(name, pair, parameters, changes);
  return Math.hypot(
    correction.workingDistanceUm + truth.zUm,
    astigmatismUm.a + truth.aUm,
    astigmatismUm.b + truth.bUm,
  );
}

/** The over frame with a part of it replaced by that of another pair. */
function withPart(
  pair: PerturbedPair,
  other: PerturbedPair,
  part: { x: number; y: number; side: number },
): PerturbedPair {
  const mix = (name: 'under' | 'over') => {
    const data = Uint16Array.from(pair[name].data);
    const [, width = 0] = pair[name].shape;
    for (let y = part.y; y < part.y + part.side; y++) {
      for (let x = part.x; x < part.x + part.side; x++) {
        data[y * width + x] = other[name].data[y * width + x] ?? 0;
      }
    }
    return greyPixels(data, width, pair[name].shape[0] ?? 0);
  };
  return { ...pair, under: mix('under'), over: mix('over') };
}

function noisePair(side: number): PerturbedPair {
  const random = new RandomStream(72, 'blank');
  const blank = () =>
    greyPixels(
      Uint16Array.from({ length: side * side }, () => Math.round(30000 + 1000 * random.normal())),
      side,
      side,
    );
  return { under: blank(), over: blank(), pixelSizeNm: 10, perturbationUm: 5 };
}

/** Both frames with one and the same wave, as shading and mains make it. */
function withWave(pair: PerturbedPair): PerturbedPair {
  const waved = (frame: PerturbedPair['under']) => {
    const [height = 0, width = 0] = frame.shape;
    const data = Uint16Array.from(frame.data, (value, i) => {
      const phase = (2 * Math.PI * (3 * (i % width) + 2 * Math.floor(i / width))) / width;
      return Math.round(value + 500 * Math.sin(phase));
    });
    return greyPixels(data, width, height);
  };
  return { ...pair, under: waved(pair.under), over: waved(pair.over) };
}

const near: Aberration = { zUm: 2, aUm: 1, bUm: -1 };

describe.each(['estimated', 'flat'] as const)('the likelihood with an %s prior', (objectPrior) => {
  it.each(['gaussian', 'disc'] as const)(
    'has the gradient of its cost, %s probe, in-focus spot and gain included',
    (psf) => {
      const optics = { ...merlinCalibration, psf, residualSpotNm: 5 };
      const pair = pairOf({ zUm: 3, aUm: 1, bUm: -2 }, { optics, shiftPx: { x: 1, y: -2 } });
      const source = new SpectraSource({
        patchSidePx: 192,
        patches: 4,
        perturbationUm: 5,
        bandFraction: 0.25,
        pupil: 'calibration',
        whenWorse: 'return',
      });
      const patches = source.patches(pair);
      const shift = expectedShiftPx(pair, merlinCalibration.imageShiftNmPerUm);
      const spectra = pooled(source.measure(pair, patches, shift, 'wide'), pair);
      const options: LikelihoodOptions = { ...usualLikelihood, objectPrior };
      const likelihood = new PairLikelihood(
        spectra,
        source.bins(spectra, 'disc'),
        5,
        optics,
        options,
      );
      const at = (t: readonly number[]) =>
        likelihood.expand({
          aberration: { zUm: t[0] ?? 0, aUm: t[1] ?? 0, bUm: t[2] ?? 0 },
          logGain: t[3] ?? 0,
          shiftUm: { x: t[4] ?? 0, y: t[5] ?? 0 },
        });
      const place = [2.5, 0.7, -1.6, 0.03, 0.006, -0.011];
      const { gradient, shiftGradient } = at(place);
      [...gradient, ...shiftGradient].forEach((analytic, p) => {
        const step = 1e-4;
        const moved = (sign: number) => place.map((v, i) => (i === p ? v + sign * step : v));
        const numeric = (at(moved(1)).cost - at(moved(-1)).cost) / (2 * step);
        expect(Math.abs(analytic - numeric)).toBeLessThan(2e-3 * Math.abs(numeric) + 0.5);
      });
    },
  );
});

describe('patches', () => {
  const layout = { patchSidePx: 192, patches: 4 };
  const corner = { x: 192, y: 192, side: 192 };

  it('leaves out one whose focus differs from that of the others, and says so', async () => {
    const truth = near;
    const pair = withPart(pairOf(truth), pairOf({ zUm: -7, aUm: 4, bUm: 2 }, { seed: 73 }), corner);
    const { diagnostics } = await estimate('mapfost', pair, layout);
    const perPatch = diagnostics?.perPatch as unknown as { leftOut?: string; weight: number }[];
    expect(perPatch.map(({ leftOut }) => leftOut)).toEqual([
      undefined,
      undefined,
      undefined,
      'disagrees',
    ]);
    expect(perPatch[3]?.weight).toBe(0);
    // Which pupil it is, all patches together say, this one too.
    const told = { ...layout, pupil: 'calibration' };
    expect(await errorUm('mapfost', truth, pair, told)).toBeLessThan(0.3);
  });

  it('leaves out blank ones, which would only add noise', async () => {
    const pair = withPart(pairOf(near), noisePair(384), corner);
    const { diagnostics } = await estimate('mapfost', pair, layout);
    const perPatch = diagnostics?.perPatch as unknown as { leftOut?: string }[];
    expect(perPatch[3]?.leftOut).toBe('blank');
    expect(await errorUm('mapfost', near, pair, layout)).toBeLessThan(0.3);
  });

  it('counts all that agree, their weights adding up to 1', async () => {
    const { diagnostics } = await estimate('mapfost', pairOf(near), layout);
    const perPatch = diagnostics?.perPatch as unknown as { leftOut?: string; weight: number }[];
    expect(perPatch.every(({ leftOut }) => leftOut === undefined)).toBe(true);
    expect(perPatch.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 9);
  });
});

it('aligns where the calibration tells the shift, tells nothing, and tells a wrong one', async () => {
  const pair = pairOf(near, { shiftPx: { x: 2, y: 16 } });
  for (const y of [16, 0, -10]) {
    const changes = { imageShiftNmPerUm: { x: 0, y } };
    const { diagnostics } = await estimate('mapfost', pair, {}, changes);
    expect(Math.abs(Number(diagnostics?.shiftXPx) - 2)).toBeLessThan(0.3);
    expect(Math.abs(Number(diagnostics?.shiftYPx) - 16)).toBeLessThan(0.3);
    expect(await errorUm('mapfost', near, pair, {}, changes)).toBeLessThan(0.3);
  }
});

it('looks at a frame far from focus in patches as large as fit, unless a side is asked for', async () => {
  const truth = { zUm: 18, aUm: -3, bUm: 2 };
  const pair = pairOf(truth, { width: 768, height: 768 });
  const foundUm = async (parameters = {}) =>
    (await estimate('mapfost', pair, parameters)).correction.workingDistanceUm;
  const large = await foundUm({ patchSidePx: 768 });
  const small = await foundUm({ patchSidePx: 384 });
  expect(Math.abs(large + truth.zUm)).toBeLessThan(Math.abs(small + truth.zUm));
  expect(Math.abs((await foundUm()) - large)).toBeLessThan(Math.abs(small - large) / 3);
});

it('finds a state of 30 um and two thirds of that in astigmatism at one stroke', async () => {
  const truth = { zUm: 30, aUm: -18, bUm: 6 };
  const pair = pairOf(truth, { width: 768, height: 768 });
  // So little is left of the specimen that the window's smear decides between pupils.
  expect(await errorUm('mapfost', truth, pair, { pupil: 'calibration' })).toBeLessThan(3);
});

describe.each(['mapfost', 'spectral', 'mapfost-published'])('%s and the pupil', (name) => {
  const truth = { zUm: 9, aUm: -3, bUm: 2 };

  it.each([
    ['gaussian', 'disc'],
    ['disc', 'gaussian'],
  ] as const)('finds a %s by itself, whatever the calibration says', async (is, said) => {
    const optics = { ...merlinCalibration, psf: is };
    const pair = pairOf(truth, { optics, width: 768, height: 768 });
    const { diagnostics } = await estimate(name, pair, {}, { psf: said });
    expect(diagnostics?.pupil).toBe(is);
    expect(diagnostics?.pupilProbability).toBeGreaterThan(0.9);
    const notTold = await errorUm(name, truth, pair, {}, { psf: said });
    const told = await errorUm(name, truth, pair, { pupil: 'calibration' }, { psf: is });
    const misled = await errorUm(name, truth, pair, { pupil: 'calibration' }, { psf: said });
    expect(notTold).toBeCloseTo(told, 9);
    expect(misled).toBeGreaterThan(notTold);
  });
});

it('finds another optimum with a flat prior, so that the option is one', async () => {
  const pair = pairOf(near, { counts: 60 });
  const estimated = await estimate('mapfost', pair);
  const flat = await estimate('mapfost', pair, { objectPrior: 'flat' });
  expect(flat.correction).not.toEqual(estimated.correction);
  expect(await errorUm('mapfost', near, pair, { objectPrior: 'flat' })).toBeLessThan(1);
});

// One for each known defect of the published codes.
describe.each([
  { name: 'mapfost', toleranceUm: 0.45 },
  // Without a window the borders of the patch leak.
  { name: 'mapfost-published', toleranceUm: 1 },
])('$name', ({ name, toleranceUm }) => {
  it('does not build its wave vectors for another band than it keeps: NA needs no correction', async () => {
    const truth = { zUm: 1.5, aUm: 0.5, bUm: -0.5 };
    const pair = pairOf(truth);
    for (const bandFraction of [0.15, 0.25, 0.35]) {
      expect(await errorUm(name, truth, pair, { bandFraction })).toBeLessThan(toleranceUm);
    }
  });

  it('does not limit corrections of one sign only: mirrored pairs are corrected alike', async () => {
    const truth = { zUm: 4, aUm: 0, bUm: 0 };
    const pair = pairOf(truth);
    const swapped = { ...pair, under: pair.over, over: pair.under };
    const one = await estimate(name, pair);
    const other = await estimate(name, swapped);
    expect(one.correction.workingDistanceUm).toBeLessThan(-3);
    expect(one.correction.workingDistanceUm + other.correction.workingDistanceUm).toBeCloseTo(0, 1);
  });

  it('does not fail, or hand out a stale correction, where no patch shows anything', async () => {
    const entry = baselines.find((baseline) => baseline.name === name);
    const estimator = entry?.createEstimator?.(merlinCalibration, { patchSidePx: 192, patches: 4 });
    await estimator?.estimate(pairOf(near));
    const blank = await estimator?.estimate(noisePair(384));
    expect(blank?.declined).toBeDefined();
    expect(blank?.correction).toEqual({ workingDistanceUm: 0, stigmatorX: 0, stigmatorY: 0 });
  });

  it('does not take a wave that both frames have in common for a specimen', async () => {
    const { declined } = await estimate(name, withWave(noisePair(384)));
    expect(declined).toMatch(/nothing but noise/);
  });

  it('does not mix um and stigmator units: another unit of the stigmators changes theirs alone', async () => {
    const pair = pairOf(near);
    const tenth = merlinCalibration.stigmatorMatrixUmPerUnit.map((row) =>
      row.map((v) => v / 10),
    ) as [[number, number], [number, number]];
    const usual = await estimate(name, pair);
    const fine = await estimate(name, pair, {}, { stigmatorMatrixUmPerUnit: tenth });
    expect(fine.correction.workingDistanceUm).toBeCloseTo(usual.correction.workingDistanceUm, 9);
    expect(fine.correction.stigmatorX).toBeCloseTo(10 * usual.correction.stigmatorX, 9);
    expect(fine.astigmatismUm.a).toBeCloseTo(usual.astigmatismUm.a, 9);
  });

  it('does not take a ramp out along the wrong axis', async () => {
    const pair = pairOf(near);
    const tilted = (frame: PerturbedPair['under'], perX: number, perY: number) => {
      const [height = 0, width = 0] = frame.shape;
      const data = Uint16Array.from(frame.data, (value, i) =>
        Math.min(65535, Math.max(0, value + perX * (i % width) + perY * Math.floor(i / width))),
      );
      return greyPixels(data, width, height);
    };
    const level = await estimate(name, pair);
    for (const [perX, perY] of [
      [20, 0],
      [0, -20],
    ] as const) {
      const ramped = { ...pair, under: tilted(pair.under, perX, perY) };
      const { correction, astigmatismUm } = await estimate(name, ramped);
      const moved = [
        correction.workingDistanceUm - level.correction.workingDistanceUm,
        astigmatismUm.a - level.astigmatismUm.a,
        astigmatismUm.b - level.astigmatismUm.b,
      ];
      expect(Math.hypot(...moved)).toBeLessThan(0.1);
    }
  });

  it('does not drop the negative part of a complex residual: reversed contrast is matched', async () => {
    const optics = { ...merlinCalibration, psf: 'disc' as const };
    // The over frame is 9 um off: its contrast is reversed above 0.49 of the band.
    const truth = { zUm: 4, aUm: 0, bUm: 0 };
    const pair = pairOf(truth, { optics });
    expect(await errorUm(name, truth, pair, {}, { psf: 'disc' })).toBeLessThan(toleranceUm);
  });
});

describe('mapfost', () => {
  it('does not fail on unequal contrast, charging in a corner, or an unaligned pair', async () => {
    const charged = pairOf(near, { gain: 1.08, shiftPx: { x: -6, y: 12 } });
    const data = Uint16Array.from(charged.over.data);
    for (let y = 0; y < 80; y++) {
      for (let x = 0; x < 80; x++) data[y * 384 + x] = 52000 - 200 * x;
    }
    const pair = { ...charged, over: greyPixels(data, 384, 384) };
    const layout = { patchSidePx: 128, patches: 9 };
    expect(await errorUm('mapfost', near, pair, layout)).toBeLessThan(0.4);
  });

  it('does not stay where it starts when everything but the lowest frequencies has vanished', async () => {
    const truth = { zUm: 25, aUm: 10, bUm: -5 };
    const pair = pairOf(truth, { width: 768, height: 768 });
    expect(await errorUm('mapfost', truth, pair, { pupil: 'calibration' })).toBeLessThan(3);
    // The package's configuration, from zero, is far from there.
    expect(await errorUm('mapfost-published', truth, pair)).toBeGreaterThan(8);
  });

  it('is not moved by steps of brightness and contrast between frames that are clipped at black', async () => {
    const truth = { zUm: 0, aUm: 0, bUm: 0 };
    const pair = pairOf(truth);
    const clipped = (frame: GreyPixels, contrast: number, brightness: number) => {
      const [height = 0, width = 0] = frame.shape;
      const values = Array.from(frame.data).sort((p, q) => p - q);
      const black = values[Math.floor(0.05 * values.length)] ?? 0;
      const grey = (value: number) =>
        Math.max(0, Math.round(contrast * (value - black) + brightness));
      return greyPixels(frame.data.map(grey), width, height);
    };
    const sd = Math.sqrt(sampleVariance(pair.over.data));
    const under = clipped(pair.under, 1, 0);
    const errorWith = (contrast: number, brightness: number) =>
      errorUm('mapfost', truth, {
        ...{ ...pair, under },
        over: clipped(pair.over, contrast, brightness * sd),
      });
    const without = await errorWith(1, 0);
    // Without the mend 0.004 to 0.008 um.
    expect(Math.abs((await errorWith(1, -0.1)) - without)).toBeLessThan(0.001);
    expect(Math.abs((await errorWith(1.05, 0)) - without)).toBeLessThan(0.001);
    expect(Math.abs((await errorWith(1.05, -0.1)) - without)).toBeLessThan(0.001);
  });
});

function sampleVariance(data: ArrayLike<number>): number {
  const values = Array.from(data);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}
