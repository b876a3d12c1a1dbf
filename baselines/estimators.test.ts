import { describe, expect, it } from 'vitest';
import type { PerturbedPair } from '../harness/algorithm/index.ts';
import { merlinCalibration } from '../harness/algorithm/testing/merlinCalibration.ts';
import { noisePair } from '../harness/algorithm/testing/noisePair.ts';
import {
  type SyntheticPairOptions,
  syntheticPair,
} from '../harness/algorithm/testing/syntheticPair.ts';
import {
  type Aberration,
  aberrationOfDeviation,
  type Calibration,
} from '../harness/microscope/index.ts';
import { greyPixels } from '../harness/numeric/index.ts';
import { baselines } from './entries.ts';

function pairOf(
  aberration: Aberration,
  psf: 'gaussian' | 'disc',
  more: Partial<SyntheticPairOptions> = {},
): PerturbedPair {
  return syntheticPair({
    aberration,
    optics: { ...merlinCalibration, psf },
    width: 384,
    height: 384,
    counts: 840,
    seed: 5,
    ...more,
  });
}

async function estimate(
  name: string,
  pair: PerturbedPair,
  psf: 'gaussian' | 'disc',
  parameters = {},
  changes: Partial<Calibration> = {},
) {
  const entry = baselines.find((baseline) => baseline.name === name);
  if (entry?.createEstimator === undefined) throw new Error(`${name} is no pair estimator`);
  return entry
    .createEstimator({ ...merlinCalibration, psf, ...changes }, parameters)
    .estimate(pair);
}

/** Estimated minus true aberration, um. */
async function errorOf(name: string, truth: Aberration, psf: 'gaussian' | 'disc', more = {}) {
  const { correction, astigmatismUm } = await estimate(name, pairOf(truth, psf, more), psf);
  return [
    -correction.workingDistanceUm - truth.zUm,
    -astigmatismUm.a - truth.aUm,
    -astigmatismUm.b - truth.bUm,
  ].map(Math.abs);
}

const nearFocus: readonly Aberration[] = [
  { zUm: 0, aUm: 0, bUm: 0 },
  { zUm: 1, aUm: 0.5, bUm: -0.5 },
  { zUm: -2, aUm: -0.5, bUm: 1 },
];
const far: readonly Aberration[] = [
  { zUm: 10, aUm: -2, bUm: 1.5 },
  { zUm: -8, aUm: 4, bUm: 6 },
];

describe.each(['mapfost', 'spectral'])('%s', (name) => {
  describe.each(['gaussian', 'disc'] as const)('with a %s probe', (psf) => {
    it('finds small aberrations of one 384 px pair at 19 e/nm2 to 0.2 um', async () => {
      for (const truth of nearFocus) {
        expect(Math.max(...(await errorOf(name, truth, psf)))).toBeLessThan(0.2);
      }
    });

    it('finds large aberrations to a fifth, so that the loop converges', async () => {
      for (const truth of far) {
        const size = Math.hypot(truth.zUm, truth.aUm, truth.bUm);
        expect(Math.max(...(await errorOf(name, truth, psf)))).toBeLessThan(size / 5);
      }
    });

    it('is not disturbed by a displacement of 15 px that the calibration does not know of', async () => {
      const errors = await errorOf(name, { zUm: 3, aUm: 1, bUm: -1 }, psf, {
        shiftPx: { x: 4, y: 15 },
      });
      expect(Math.max(...errors)).toBeLessThan(0.35);
    });
  });

  it('returns the correction, the stigmators through the inverse of their matrix', async () => {
    const truth = { zUm: 2, aUm: 1.5, bUm: -1 };
    const { correction, astigmatismUm } = await estimate(
      name,
      pairOf(truth, 'gaussian'),
      'gaussian',
    );
    expect(correction.workingDistanceUm).toBeLessThan(0);
    const turnedBack = aberrationOfDeviation(
      correction,
      merlinCalibration.stigmatorMatrixUmPerUnit,
    );
    expect(turnedBack.aUm).toBeCloseTo(astigmatismUm.a, 9);
    expect(turnedBack.bUm).toBeCloseTo(astigmatismUm.b, 9);
  });

  it('takes the frames in the order under, over: swapped, the defocus changes sign', async () => {
    const pair = pairOf({ zUm: 2, aUm: 0, bUm: 0 }, 'gaussian');
    const swapped = { ...pair, under: pair.over, over: pair.under };
    const straight = await estimate(name, pair, 'gaussian');
    const reversed = await estimate(name, swapped, 'gaussian');
    expect(straight.correction.workingDistanceUm).toBeLessThan(-1.8);
    expect(reversed.correction.workingDistanceUm).toBeGreaterThan(1.8);
  });

  it('is not fooled by another contrast of the second frame', async () => {
    const errors = await errorOf(name, { zUm: 1, aUm: 0.5, bUm: 0.5 }, 'gaussian', { gain: 1.05 });
    expect(Math.max(...errors)).toBeLessThan(0.25);
  });

  it('scales with the square of the convergence angle it was told (only NA^2 z is observable)', async () => {
    const pair = pairOf({ zUm: 1, aUm: 0, bUm: 0 }, 'gaussian');
    const right = await estimate(name, pair, 'gaussian');
    const wrong = await estimate(name, pair, 'gaussian', {}, { convergenceMrad: 8.74 * 1.2 });
    const ratio = right.correction.workingDistanceUm / wrong.correction.workingDistanceUm;
    expect(Math.abs(ratio - 1.44)).toBeLessThan(0.1);
  });

  it('declines two frames of noise instead of inventing a correction', async () => {
    const { declined, correction } = await estimate(name, noisePair(384, 384), 'gaussian');
    expect(declined).toMatch(/too little structure|nothing but noise/);
    expect(correction).toEqual({ workingDistanceUm: 0, stigmatorX: 0, stigmatorY: 0 });
  });

  it('does not trust many overlapping patches more than the frame they cover', async () => {
    const pair = pairOf({ zUm: 1, aUm: 0.5, bUm: 0 }, 'gaussian');
    const few = await estimate(name, pair, 'gaussian', { patchSidePx: 192, patches: 4 });
    const many = await estimate(name, pair, 'gaussian', { patchSidePx: 192, patches: 100 });
    const sd = ({ correctionSd }: typeof few) => correctionSd?.workingDistanceUm ?? Number.NaN;
    const ratio = sd(many) / sd(few);
    expect(ratio).toBeGreaterThan(0.7);
  });

  it('copes with pixels so small, or perturbations so large, that nothing is left to see', async () => {
    const pair = pairOf({ zUm: 1, aUm: 0, bUm: 0 }, 'gaussian');
    for (const extreme of [{ pixelSizeNm: 0.5 }, { pixelSizeNm: 1, perturbationUm: 40 }]) {
      const { correction } = await estimate(name, { ...pair, ...extreme }, 'gaussian');
      expect(Object.values(correction).every(Number.isFinite)).toBe(true);
    }
  });

  it('declines two empty frames without noise', async () => {
    const flat = greyPixels(new Uint8Array(256 * 256).fill(100), 256, 256);
    const pair = { under: flat, over: flat, pixelSizeNm: 10, perturbationUm: 5 };
    const { declined } = await estimate(name, pair, 'gaussian');
    expect(declined).toBeDefined();
  });

  it('refuses unequal frames and unknown parameters, naming them', async () => {
    const pair = pairOf({ zUm: 0, aUm: 0, bUm: 0 }, 'gaussian');
    const small = greyPixels(new Uint8Array(256 * 256), 256, 256);
    await expect(estimate(name, { ...pair, over: small }, 'gaussian')).rejects.toThrow(
      /384 x 384 px \(under\) and 256 x 256 px \(over\)/,
    );
    await expect(estimate(name, pair, 'gaussian', { patchSide: 256 })).rejects.toThrow(
      /patchSidePx/,
    );
    await expect(estimate(name, pair, 'gaussian', { patchSidePx: 500 })).rejects.toThrow(/768/);
  });
});

describe('spectral', () => {
  it('is not made too small by small patches far from focus, whose windows smear the spectra', async () => {
    const truth = { zUm: 10, aUm: -2, bUm: 1.5 };
    const parameters = { patchSidePx: 192, patches: 4 };
    const { correction } = await estimate(
      'spectral',
      pairOf(truth, 'gaussian'),
      'gaussian',
      parameters,
    );
    expect(Math.abs(correction.workingDistanceUm + truth.zUm)).toBeLessThan(1.5);
  });
});

describe('mapfost', () => {
  it('measures a displacement once, also where a patch fills the frame and cannot follow it', async () => {
    for (const seed of [5, 6, 7]) {
      const pair = pairOf({ zUm: 2, aUm: 1, bUm: -1 }, 'gaussian', {
        shiftPx: { x: -3, y: 14 },
        seed,
      });
      const { correction, diagnostics } = await estimate('mapfost', pair, 'gaussian', {
        patchSidePx: 384,
      });
      expect(Math.abs(Number(diagnostics?.shiftXPx) + 3)).toBeLessThan(0.3);
      expect(Math.abs(Number(diagnostics?.shiftYPx) - 14)).toBeLessThan(0.3);
      expect(Math.abs(correction.workingDistanceUm + 2)).toBeLessThan(0.2);
    }
  });

  it('claims an uncertainty of the size of its errors', async () => {
    const truth = { zUm: 2, aUm: -1, bUm: 1 };
    let squared = 0;
    const runs = 12;
    for (let seed = 0; seed < runs; seed++) {
      const pair = pairOf(truth, 'gaussian', { seed, width: 256, height: 256, counts: 210 });
      const { correction, correctionSd } = await estimate('mapfost', pair, 'gaussian');
      const sd = correctionSd?.workingDistanceUm ?? Number.NaN;
      squared += ((correction.workingDistanceUm + truth.zUm) / sd) ** 2;
    }
    const ratio = Math.sqrt(squared / runs);
    // Of a Gaussian field the model is right; the claim allows for specimens that are none.
    expect(ratio).toBeGreaterThan(0.25);
    expect(ratio).toBeLessThan(1);
  });

  it('is better than the closed form it starts from', async () => {
    const truth = { zUm: 6, aUm: -2, bUm: 1.5 };
    const total = async (name: string) => {
      let sum = 0;
      for (let seed = 0; seed < 4; seed++) {
        sum += Math.hypot(...(await errorOf(name, truth, 'disc', { seed })));
      }
      return sum;
    };
    expect(await total('mapfost')).toBeLessThan(await total('spectral'));
  });
});
