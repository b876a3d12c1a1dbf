import { describe, expect, it } from 'vitest';
import type { FrameSize } from '../harness/algorithm/index.ts';
import { merlinCalibration } from '../harness/algorithm/testing/merlinCalibration.ts';
import type { Calibration } from '../harness/microscope/index.ts';
import { greyPixels } from '../harness/numeric/index.ts';
import type { Model } from './card/index.ts';
import { learnedAlgorithm } from './entries.ts';
import { linearModel } from './testing/linearModel.ts';

const zero = { bias: 0, ofMean: [0, 0] };
const pairs = linearModel({ kind: 'correction', columns: [zero, zero, zero] });
const aberrations = linearModel({ kind: 'aberration', columns: Array(6).fill(zero) });
/** Of the instrument that a network was trained on. */
const calibrationOf = ({ card }: Model): Calibration => ({
  ...merlinCalibration,
  convergenceMrad: card.convergenceMrad,
  stigmatorMatrixUmPerUnit: card.stigmatorMatrixUmPerUnit,
});
const frames = linearModel({ kind: 'frameScores', columns: [zero, zero] });

describe('learnedAlgorithm', () => {
  it('is named and summarised as its card says, with the sum of its weights', () => {
    const { name, summary, modelSha256, createEstimator } = learnedAlgorithm(pairs);
    expect(name).toBe('linear-16');
    expect(summary).toBe('DeepFocus: linear in the means of its frames');
    expect(modelSha256).toBe(pairs.sha256);
    expect(createEstimator).toBeDefined();
  });

  it('searches with a network of single frames, which estimates no pairs', () => {
    const entry = learnedAlgorithm(frames);
    expect(entry.summary).toMatch(/^DeepScore with Nelder-Mead: /);
    expect(entry.createEstimator).toBeUndefined();
  });

  it.each([
    [pairs, 1, 2],
    [frames, 2, 1],
  ] as const)(
    'refuses a network of as many frames as its columns have no use for',
    (model, framesPerPatch, wanted) => {
      const { card } = model;
      const wrong = { ...model, card: { ...card, input: { ...card.input, framesPerPatch } } };
      expect(() => learnedAlgorithm(wrong)).toThrow(
        `input.framesPerPatch of linear-16 must be ${wanted} for the columns that it has. Received ${framesPerPatch}`,
      );
    },
  );

  it('fills in every parameter', () => {
    expect(learnedAlgorithm(pairs).create().parameters).toEqual({
      ...{ executionProvider: 'cpu', threads: 1, patches: 40, patchSeed: 0 },
      ...{ offsets: 'aligned', weighting: 'model', perturbationUm: 5, whenWorse: 'return' },
    });
    expect(learnedAlgorithm(frames).create({ patches: 3 }).parameters).toMatchObject({
      ...{ executionProvider: 'cpu', threads: 1, patches: 3, patchSeed: 0 },
      ...{ steps: [5, 2, 2], referenceScore: null, thresholdFactor: 1.05 },
    });
  });

  it.each([
    [{ patch: 5 }, /^parameters of linear-16: field must be .*patches.* Received "patch"/],
    [
      { patches: 0 },
      'parameters of linear-16: patches must be a whole number from 1 to 400. Received 0',
    ],
    [
      { offsets: 'far' },
      'parameters of linear-16: offsets must be aligned, shared or independent. Received "far"',
    ],
    [
      { perturbationUm: 6 },
      'parameters of linear-16: perturbationUm: must be 5, the value used in training. Received 6',
    ],
  ])('refuses parameters by name: %j', (parameters, message) => {
    const { create, createEstimator, checkFrame } = learnedAlgorithm(pairs);
    expect(() => create(parameters)).toThrow(message);
    expect(() => createEstimator?.({} as Calibration, parameters)).toThrow(message);
    expect(() => checkFrame?.({ width: 500, height: 500 }, parameters)).toThrow(message);
  });

  it('lets a network that answers with aberrations choose its perturbation', () => {
    expect(learnedAlgorithm(aberrations).create({ perturbationUm: 6 }).parameters).toMatchObject({
      perturbationUm: 6,
    });
  });

  it.each([
    ['pairs', pairs, {}],
    // With the pairs of another size resampled rather than exposed to fit.
    ['aberrations', aberrations, { perturbationUm: aberrations.card.perturbationUm }],
    ['frames', frames, {}],
  ])(
    'refuses frames that its patches do not fit into, at their size of pixels: %s',
    (_, model, given) => {
      const entry = learnedAlgorithm(model);
      const checkFrame = (frame: FrameSize) => entry.checkFrame?.(frame, given);
      expect(() => checkFrame({ width: 16, height: 16 })).not.toThrow();
      expect(() => checkFrame({ width: 16, height: 15 })).toThrow(/16 x 16 px.* 16 x 15 px/);
      expect(() => checkFrame({ width: 8, height: 8, pixelSizeNm: 20 })).not.toThrow();
      expect(() => checkFrame({ width: 31, height: 40, pixelSizeNm: 5 })).toThrow(/32 x 32 px/);
    },
  );

  it('perturbs as it fits the instrument, or as it was trained', () => {
    const instrument = (convergenceMrad: number) => ({ ...merlinCalibration, convergenceMrad });
    const { perturbationUm: trained, convergenceMrad, pixelSizeNm } = aberrations.card;
    const { perturbationFor } = learnedAlgorithm(aberrations);
    expect(perturbationFor?.(instrument(convergenceMrad), pixelSizeNm)).toBe(trained);
    expect(perturbationFor?.(instrument(1.04 * convergenceMrad), pixelSizeNm)).toBe(trained);
    expect(perturbationFor?.(instrument(2 * convergenceMrad), pixelSizeNm)).toBe(trained / 2);
    expect(perturbationFor?.(instrument(convergenceMrad), 2 * pixelSizeNm)).toBe(2 * trained);
    const given = { perturbationUm: 3 };
    expect(perturbationFor?.(instrument(2 * convergenceMrad), pixelSizeNm, given)).toBe(3);
    const fixed = learnedAlgorithm(pairs).perturbationFor;
    expect(fixed?.(instrument(2), 20)).toBe(pairs.card.perturbationUm);
    expect(() => fixed?.(instrument(2), 20, given)).toThrow(
      /perturbationUm: must be 5, the value used in training/,
    );
    expect(() => learnedAlgorithm(aberrations).create({ offsets: 'independent' })).toThrow(
      /offsets: must be aligned/,
    );
  });

  it('makes estimators that work', async () => {
    const flat = greyPixels(new Uint8Array(400), 20, 20);
    const estimator = learnedAlgorithm(pairs).createEstimator?.(calibrationOf(pairs));
    const pair = { under: flat, over: flat, pixelSizeNm: 10, perturbationUm: 5 };
    expect((await estimator?.estimate(pair))?.correction.workingDistanceUm).toBe(0);
  });
});
