import type { z } from 'zod';
import { type AlgorithmEntry, pairEntry, searchEntry } from '../harness/algorithm/index.ts';
import { parseConfig } from '../harness/config/index.ts';
import { type Calibration, ConfigError } from '../harness/microscope/index.ts';
import { type Model, outputKind } from './card/index.ts';
import {
  assertTrainedInstrument,
  DeepFocusEstimator,
  deepFocusParametersSchema,
  fittingPerturbationUm,
  pairScaleOf,
} from './deepfocus/index.ts';
import { deepScoreParametersSchema, searchByScore } from './deepscore/index.ts';
import { assertPatchFits, coveredPx, resampleRatio } from './patches/index.ts';

/** The algorithm that a network makes, named as its card says. */
export function learnedAlgorithm(model: Model): AlgorithmEntry {
  const kind = outputKind(model.card);
  const wanted = kind === 'frameScores' ? 1 : 2;
  const { framesPerPatch } = model.card.input;
  if (framesPerPatch !== wanted) {
    throw new ConfigError(
      `input.framesPerPatch of ${model.card.name} must be ${wanted} for the columns that it has. Received ${framesPerPatch}`,
    );
  }
  return kind === 'frameScores' ? deepScore(model) : deepFocus(model);
}

function deepFocus(model: Model): AlgorithmEntry {
  const { name, summary, patchSidePx } = model.card;
  const schema = deepFocusParametersSchema(model.card);
  const perturbationFor = (
    { perturbationUm }: z.infer<typeof schema>,
    instrument: Pick<Calibration, 'convergenceMrad'>,
    pixelSizeNm: number,
  ) =>
    perturbationUm === 'auto'
      ? fittingPerturbationUm(model.card, instrument, pixelSizeNm)
      : perturbationUm;
  return pairEntry({
    ...{ name, version: '3', summary: `DeepFocus: ${summary}`, modelSha256: model.sha256 },
    parse: (given = {}) => parseConfig(schema, given, `parameters of ${name}`),
    estimator: (calibration, parameters) => new DeepFocusEstimator(model, calibration, parameters),
    perturbationUm: perturbationFor,
    checkCalibration: (calibration) => assertTrainedInstrument(model.card, calibration),
    checkFrame: ({ pixelSizeNm = model.card.pixelSizeNm, ...frame }, parameters) => {
      // Which instrument it will be is not known: the one that the network was trained for.
      const perturbationUm = perturbationFor(parameters, model.card, pixelSizeNm);
      const { ratio } = pairScaleOf(model.card, model.card, { pixelSizeNm, perturbationUm });
      assertPatchFits(frame, coveredPx(patchSidePx, ratio));
    },
  });
}

function deepScore(model: Model): AlgorithmEntry {
  const { name, summary, patchSidePx } = model.card;
  return searchEntry({
    ...{ name, version: '3', summary: `DeepScore with Nelder-Mead: ${summary}` },
    modelSha256: model.sha256,
    parse: (given = {}) => parseConfig(deepScoreParametersSchema, given, `parameters of ${name}`),
    run: (context, parameters) => searchByScore(context, model, parameters),
    checkFrame: ({ pixelSizeNm = model.card.pixelSizeNm, ...frame }) =>
      assertPatchFits(frame, coveredPx(patchSidePx, resampleRatio(model.card, pixelSizeNm))),
  });
}
