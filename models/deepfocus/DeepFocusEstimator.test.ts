import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { CorrectionEstimate, PerturbedPair } from '../../harness/algorithm/index.ts';
import { merlinCalibration } from '../../harness/algorithm/testing/merlinCalibration.ts';
import { noisePair } from '../../harness/algorithm/testing/noisePair.ts';
import {
  type SyntheticPairOptions,
  syntheticPair,
} from '../../harness/algorithm/testing/syntheticPair.ts';
import {
  AlgorithmError,
  aberrationOfDeviation,
  type Calibration,
  ConfigError,
} from '../../harness/microscope/index.ts';
import { greyPixels } from '../../harness/numeric/index.ts';
import type { Model } from '../card/index.ts';
import { type LinearModelOptions, linearModel } from '../testing/linearModel.ts';
import { shippedModel } from '../testing/shippedModel.ts';
import { DeepFocusEstimator } from './DeepFocusEstimator.ts';
import { deepFocusParametersSchema } from './deepFocusParameters.ts';

const calibration: Calibration = {
  ...merlinCalibration,
  convergenceMrad: 8,
  stigmatorMatrixUmPerUnit: [
    [0, 4],
    [2, 0],
  ],
};

function estimatorOf(model: Model, parameters: object = {}, changes: Partial<Calibration> = {}) {
  const filledIn = deepFocusParametersSchema(model.card).parse(parameters);
  return new DeepFocusEstimator(model, { ...calibration, ...changes }, filledIn);
}

/** Of the working distance, from patch to patch. */
function patchSdOf(diagnostics: CorrectionEstimate['diagnostics']): number {
  return z.array(z.number()).parse(diagnostics?.patchSd)[0] ?? Number.NaN;
}

/** Columns that patches of 16 px cover together, all in one row. */
function coveredPx(places: unknown): number {
  const columns = z
    .array(z.tuple([z.number(), z.literal(0)]))
    .parse(places)
    .flatMap(([x]) => Array.from({ length: 16 }, (_, i) => x + i));
  return new Set(columns).size;
}

/** A pair of frames that are the same function of the place. */
function twice(grey: (x: number, y: number) => number, width = 100, height = 60): PerturbedPair {
  const values = Uint8Array.from({ length: width * height }, (_, at) =>
    grey(at % width, Math.floor(at / width)),
  );
  const frame = greyPixels(values, width, height);
  return { under: frame, over: frame, pixelSizeNm: 10, perturbationUm: 5 };
}
const grey = twice(() => 128);
const constants = (...values: readonly number[]) =>
  values.map((bias) => ({ bias, ofMean: [0, 0] }));
const modelOf = (kind: LinearModelOptions['kind'], columns: LinearModelOptions['columns']) =>
  linearModel({ kind, columns });

describe('DeepFocusEstimator of a network that answers with corrections', () => {
  const model = modelOf('correction', constants(3, -0.5, 2));

  it('hands on what the network says, and as focal shift by the calibration', async () => {
    const { correction, astigmatismUm, declined, diagnostics } = await estimatorOf(model, {
      patches: 10,
    }).estimate(grey);
    expect(correction).toEqual({
      workingDistanceUm: expect.closeTo(3, 12),
      stigmatorX: expect.closeTo(-0.5, 12),
      stigmatorY: expect.closeTo(2, 12),
    });
    expect(astigmatismUm).toEqual({ a: expect.closeTo(8, 12), b: expect.closeTo(-1, 12) });
    expect(declined).toBeUndefined();
    expect(diagnostics).toEqual({
      patches: 10,
      patchSd: Array(3).fill(expect.closeTo(0, 12)),
      weights: Array(10).fill(0.1),
      places: Array(10).fill([expect.any(Number), expect.any(Number)]),
      coveredPx: model.card.patchSidePx,
    });
  });

  it('counts on no more patches than fit side by side into what they cover for its deviation', async () => {
    // The mean grey rises from left to right: patches disagree.
    const columns = [{ bias: 0, ofMean: [10, 0] }, ...constants(0, 0)];
    const ramp = twice((x) => 20 + 2 * x, 100, 16);
    const { correctionSd, diagnostics } = await estimatorOf(modelOf('correction', columns), {
      patches: 50,
    }).estimate(ramp);
    const patchSd = patchSdOf(diagnostics);
    expect(patchSd).toBeGreaterThan(1);
    expect(correctionSd?.workingDistanceUm).toBeCloseTo(
      patchSd / Math.sqrt(coveredPx(diagnostics?.places) / 16),
      6,
    );
  });

  it('leaves out patches whose answer is not finite', async () => {
    // 0 where the patch is grey throughout, beyond all numbers where it is not.
    const columns = [{ bias: 2, ofMean: [256 * 3e38, 0] }, ...constants(0, 0)];
    const half = twice((x) => (x < 60 ? 128 : 255));
    const broken = estimatorOf(modelOf('correction', columns), { patches: 30 });
    const { correction, diagnostics } = await broken.estimate(half);
    expect(correction.workingDistanceUm).toBeCloseTo(2, 5);
    expect(diagnostics?.patches).toBeGreaterThan(5);
    expect(diagnostics?.patches).toBeLessThan(30);
    await expect(broken.estimate(twice(() => 255))).rejects.toThrow(AlgorithmError);
  });

  it('weighs by the scores where the network has them', async () => {
    const columns = [
      { bias: 0, ofMean: [10, 0] },
      ...constants(0, 0),
      { bias: 0, ofMean: [1000, 0] },
    ];
    const scored = modelOf('scoredCorrection', columns);
    const halves = twice((x) => (x < 50 ? 64 : 192));
    const byScore = await estimatorOf(scored).estimate(halves);
    expect(byScore.correction.workingDistanceUm).toBeCloseTo(5, 1);
    const plain = await estimatorOf(scored, { weighting: 'mean' }).estimate(halves);
    expect(plain.correction.workingDistanceUm).toBeLessThan(4);
  });
});

describe('DeepFocusEstimator of a network with a score of every place', () => {
  it('takes the plain mean of its patches, and hands on what each square counted for', async () => {
    const parts = Array.from({ length: 49 }, (_, square) => (square === 5 ? 1 : 0));
    const mapped = modelOf('mappedCorrection', constants(3, -0.5, 2, ...parts));
    const { correction, diagnostics } = await estimatorOf(mapped, { patches: 2 }).estimate(grey);
    expect(correction.workingDistanceUm).toBeCloseTo(3, 6);
    expect(diagnostics).toMatchObject({ weights: [0.5, 0.5], scoreMaps: [parts, parts] });
  });
});

describe('DeepFocusEstimator of a network that answers with aberrations', () => {
  const model = modelOf('aberration', constants(2, 1, -3, 0, 0, 0));

  it('takes back what is wrong, the stigmators through the inverse of their matrix', async () => {
    const { correction, astigmatismUm } = await estimatorOf(model).estimate(grey);
    expect(correction.workingDistanceUm).toBeCloseTo(-2, 6);
    expect(astigmatismUm).toEqual({ a: expect.closeTo(-1, 6), b: expect.closeTo(3, 6) });
    const shift = aberrationOfDeviation(correction, calibration.stigmatorMatrixUmPerUnit);
    expect([shift.aUm, shift.bUm]).toEqual([-1, 3].map((um) => expect.closeTo(um, 6)));
  });

  it('turns deviations in um into deviations in units', async () => {
    const { correctionSd } = await estimatorOf(model, { patches: 1 }).estimate(grey);
    // One patch, scale 1 um: a standard deviation of the root of 2. x = b / 2, y = a / 4.
    expect(correctionSd?.workingDistanceUm).toBeCloseTo(Math.SQRT2, 6);
    expect(correctionSd?.stigmatorX).toBeCloseTo(Math.SQRT2 / 2, 6);
    expect(correctionSd?.stigmatorY).toBeCloseTo(Math.SQRT2 / 4, 6);
  });

  it('reads its micrometres for the instrument at hand', async () => {
    const pair = { ...grey, perturbationUm: 2.5 };
    const { correction, diagnostics } = await estimatorOf(
      model,
      {},
      { convergenceMrad: 16 },
    ).estimate(pair);
    expect(correction.workingDistanceUm).toBeCloseTo(-1, 6);
    expect(diagnostics).not.toHaveProperty('resampledBy');
    const coarse = await estimatorOf(model).estimate({ ...grey, pixelSizeNm: 20 });
    expect(coarse.diagnostics?.resampledBy).toBe(0.5);
  });

  it('declines where the network sees nothing, with a correction of zero', async () => {
    const blind = modelOf('aberration', constants(2, 1, -3, 3, 3, 3));
    const { correction, astigmatismUm, declined } = await estimatorOf(blind).estimate(grey);
    expect(declined).toBe('nothing to focus on: 0 of 40 patches show enough structure');
    expect(correction).toEqual({ workingDistanceUm: 0, stigmatorX: 0, stigmatorY: 0 });
    expect(astigmatismUm).toEqual({ a: 0, b: 0 });
  });
});

describe('DeepFocusEstimator, where the patches are cut', () => {
  // Says how much brighter the second patch is: on a ramp, how far to the right it was cut.
  const model = modelOf('correction', [{ bias: 0, ofMean: [-128, 128] }, ...constants(0, 0)]);
  const ramp = twice((x) => 20 + x);
  const moved = { imageShiftNmPerUm: { x: 7, y: 0 } };
  const distance = async (parameters: object) => {
    const { correction, diagnostics } = await estimatorOf(model, parameters, moved).estimate(ramp);
    return { mean: correction.workingDistanceUm, patchSd: patchSdOf(diagnostics) };
  };

  it('follows the content by what the calibration says of frames too small to measure', async () => {
    const { mean, patchSd } = await distance({});
    expect(mean).toBeCloseTo(7, 3);
    expect(patchSd).toBeLessThan(1e-3);
  });

  it('takes the same places of both frames, or others, where told to', async () => {
    const shared = await distance({ offsets: 'shared' });
    expect(shared.mean).toBeCloseTo(0, 3);
    expect(shared.patchSd).toBeLessThan(1e-3);
    // So far apart that such a network declines.
    const apart = await estimatorOf(model, { offsets: 'independent' }, moved).estimate(ramp);
    expect(patchSdOf(apart.diagnostics)).toBeGreaterThan(10);
  });

  it('depends on the seed, and on nothing else', async () => {
    const columns = [{ bias: 0, ofMean: [10, 0] }, ...constants(0, 0)];
    const where = async (patchSeed: number) =>
      (await estimatorOf(modelOf('correction', columns), { patchSeed }).estimate(ramp)).correction;
    expect(await where(1)).toEqual(await where(1));
    expect(await where(1)).not.toEqual(await where(2));
  });

  it('refuses frames of two sizes and frames too small, with the sizes', async () => {
    const over = twice(() => 0, 90, 60).over;
    const unequal = estimatorOf(model).estimate({ ...ramp, over });
    await expect(unequal).rejects.toThrow(ConfigError);
    await expect(unequal).rejects.toThrow(
      'the two frames must have one size. Received 100 x 60 px (under) and 90 x 60 px (over)',
    );
    await expect(estimatorOf(model).estimate(twice(() => 0, 100, 15))).rejects.toThrow(
      /patches of 16 x 16 px, but the image has only 100 x 15 px/,
    );
    // Pixels half the size: a patch covers twice as many.
    const fine = { ...twice(() => 0, 100, 31), pixelSizeNm: 5 };
    await expect(estimatorOf(model).estimate(fine)).rejects.toThrow(/patches of 32 x 32 px/);
  });
});

describe('DeepFocusEstimator with the shipped network', () => {
  const model = shippedModel('deepfocus-spectral-384');
  const { convergenceMrad } = model.card;
  const estimator = estimatorOf(model, { patches: 2 }, { convergenceMrad });
  const pairOf = (more: Partial<SyntheticPairOptions> = {}) =>
    syntheticPair({
      aberration: { zUm: 3, aUm: 0, bUm: 0 },
      optics: { convergenceMrad, psf: 'gaussian' },
      width: 400,
      height: 384,
      counts: 840,
      seed: 5,
      ...more,
    });
  const exchanged = (pair: PerturbedPair) => ({ ...pair, under: pair.over, over: pair.under });

  it('lowers a working distance that is too long, and raises one that is too short', async () => {
    const long = await estimator.estimate(pairOf());
    const short = await estimator.estimate(pairOf({ aberration: { zUm: -3, aUm: 0, bUm: 0 } }));
    expect(long.correction.workingDistanceUm).toBeLessThan(-1);
    expect(short.correction.workingDistanceUm).toBeGreaterThan(1);
  });

  it('takes back either kind of astigmatism', async () => {
    const along = await estimator.estimate(pairOf({ aberration: { zUm: 0, aUm: 3, bUm: 0 } }));
    const across = await estimator.estimate(pairOf({ aberration: { zUm: 0, aUm: 0, bUm: -3 } }));
    expect(along.astigmatismUm.a).toBeLessThan(-1);
    expect(across.astigmatismUm.b).toBeGreaterThan(1);
  });

  it('is not misled by frames that have no room to follow their displacement', async () => {
    const tight = pairOf({ height: 384, width: 384, shiftPx: { x: -3, y: 14 } });
    const { correction } = await estimator.estimate(tight);
    expect(correction.workingDistanceUm).toBeLessThan(-1);
  });

  it('answers the frames exchanged with the opposite', async () => {
    const pair = pairOf({ aberration: { zUm: 2, aUm: 1, bUm: -1 } });
    const [there, back] = await Promise.all([
      estimator.estimate(pair),
      estimator.estimate(exchanged(pair)),
    ]);
    for (const name of ['workingDistanceUm', 'stigmatorX', 'stigmatorY'] as const) {
      expect(Math.abs(there.correction[name])).toBeGreaterThan(0.05);
      expect(there.correction[name] + back.correction[name]).toBeCloseTo(0, 3);
    }
  });

  it('answers several at once as one after the other', async () => {
    const pairs = [pairOf(), exchanged(pairOf())];
    const atOnce = await Promise.all(pairs.map((pair) => estimator.estimate(pair)));
    for (const [i, pair] of pairs.entries()) {
      expect(await estimator.estimate(pair)).toEqual(atOnce[i]);
    }
  });

  it('declines frames of noise alone', async () => {
    const { declined, correction } = await estimator.estimate(noisePair(400, 384));
    expect(declined).toMatch(/^nothing to focus on/);
    expect(correction).toEqual({ workingDistanceUm: 0, stigmatorX: 0, stigmatorY: 0 });
  });
});
