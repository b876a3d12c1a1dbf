import {
  type AutofocusAlgorithm,
  correctByPairs,
  type Json,
  type PairEstimator,
} from '../harness/algorithm/index.ts';
import { parseConfig } from '../harness/config/index.ts';
import { type Calibration, ConfigError } from '../harness/microscope/index.ts';
import { type Model, outputKind } from './card/index.ts';
import {
  DeepFocusEstimator,
  deepFocusParametersSchema,
  fittingPerturbationUm,
  pairScaleOf,
} from './deepfocus/index.ts';
import { deepScoreParametersSchema, searchByScore } from './deepscore/index.ts';
import { assertPatchFits, coveredPx, resampleRatio } from './patches/index.ts';

/** A learned algorithm as a registry needs it. */
export interface LearnedAlgorithm {
  readonly name: string;
  readonly summary: string;
  readonly modelSha256: string;
  readonly create: (parameters?: Json) => AutofocusAlgorithm;
  /**
   * Throws ConfigError if the patches do not fit into frames of this size, as far as can be known
   * before the instrument is.
   */
  readonly checkFrame: (frame: CheckedFrame, parameters?: Json) => void;
  readonly createEstimator?: (calibration: Calibration, parameters?: Json) => PairEstimator;
  /** Half the difference of the two working distances of a pair on an instrument, um. */
  readonly perturbationFor?: (
    calibration: Calibration,
    pixelSizeNm: number,
    parameters?: Json,
  ) => number;
}

/** Frames of the time when a run is planned. */
interface CheckedFrame {
  /** px */
  readonly width: number;
  readonly height: number;
  /** Left out where it is not known: then as the network has it. */
  readonly pixelSizeNm?: number | undefined;
}

/** The algorithm that a network makes, named as its card says. */
export function learnedAlgorithm(model: Model): LearnedAlgorithm {
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

function deepFocus(model: Model): LearnedAlgorithm {
  const { name, summary, patchSidePx } = model.card;
  const schema = deepFocusParametersSchema(model.card);
  const parse = (given: Json = {}) => parseConfig(schema, given, `parameters of ${name}`);
  const estimator = (calibration: Calibration, given?: Json) =>
    new DeepFocusEstimator(model, calibration, parse(given));
  const perturbationFor = (
    instrument: Pick<Calibration, 'convergenceMrad'>,
    pixelSizeNm: number,
    given?: Json,
  ) => {
    const { perturbationUm } = parse(given);
    if (perturbationUm !== 'auto') return perturbationUm;
    return fittingPerturbationUm(model.card, instrument, pixelSizeNm);
  };
  return {
    name,
    summary: `DeepFocus: ${summary}`,
    modelSha256: model.sha256,
    create: (given) => {
      const parameters = parse(given);
      return {
        name,
        version: '2',
        parameters,
        run: (context) =>
          correctByPairs(
            context,
            estimator(context.calibration, given),
            perturbationFor(context.calibration, context.frame.pixelSizeNm, given),
            parameters.whenWorse,
          ),
      };
    },
    checkFrame: ({ pixelSizeNm = model.card.pixelSizeNm, ...frame }, given) => {
      // Which instrument it will be is not known: the one that the network was trained for.
      const perturbationUm = perturbationFor(model.card, pixelSizeNm, given);
      const { ratio } = pairScaleOf(model.card, model.card, { pixelSizeNm, perturbationUm });
      assertPatchFits(frame, coveredPx(patchSidePx, ratio));
    },
    createEstimator: estimator,
    perturbationFor,
  };
}

function deepScore(model: Model): LearnedAlgorithm {
  const { name, summary, patchSidePx } = model.card;
  const parse = (given: Json = {}) =>
    parseConfig(deepScoreParametersSchema, given, `parameters of ${name}`);
  return {
    name,
    summary: `DeepScore with Nelder-Mead: ${summary}`,
    modelSha256: model.sha256,
    create: (given) => {
      const parameters = parse(given);
      return {
        name,
        version: '3',
        parameters,
        run: (context) => searchByScore(context, model, parameters),
      };
    },
    checkFrame: ({ pixelSizeNm = model.card.pixelSizeNm, ...frame }, given) => {
      parse(given);
      assertPatchFits(frame, coveredPx(patchSidePx, resampleRatio(model.card, pixelSizeNm)));
    },
  };
}
