import type { z } from 'zod';
import type {
  AutofocusAlgorithm,
  AutofocusContext,
  AutofocusStep,
  Json,
  PairEstimator,
} from '../harness/algorithm/index.ts';
import { correctByPairs } from '../harness/algorithm/index.ts';
import { parseConfig } from '../harness/config/index.ts';
import type { Calibration } from '../harness/microscope/index.ts';
import {
  checkSeriesFrame,
  correctBySeries,
  seriesParametersSchema,
} from './afss/correctBySeries.ts';
import {
  checkHeuristicFrame,
  correctByHeuristic,
  heuristicParametersSchema,
} from './heuristic/correctByHeuristic.ts';
import { MapfostEstimator } from './mapfost/MapfostEstimator.ts';
import { mapfostParametersSchema, publishedParametersSchema } from './mapfost/mapfostParameters.ts';
import { PublishedMapfostEstimator, publishedLayout } from './mapfost/PublishedMapfostEstimator.ts';
import { type PairParameters, pairParametersSchema } from './pair/pairParameters.ts';
import { type AutoLayout, patchLayout, usualLayout } from './pair/patchLayout.ts';
import { checkSharpnessFrame } from './sharpness/frameSharpness.ts';
import { searchBySimplex, simplexParametersSchema } from './sharpness/searchBySimplex.ts';
import { searchBySweeps, sweepParametersSchema } from './sharpness/searchBySweeps.ts';
import { SpectralEstimator } from './spectral/SpectralEstimator.ts';

/** A baseline as a registry needs it. */
export interface Baseline {
  readonly name: string;
  readonly summary: string;
  readonly create: (parameters?: Json) => AutofocusAlgorithm;
  /** Throws ConfigError if the patches do not fit into frames of this size, px. */
  readonly checkFrame?: (frame: { width: number; height: number }, parameters?: Json) => void;
  readonly createEstimator?: (calibration: Calibration, parameters?: Json) => PairEstimator;
  /** Half the difference of the two working distances of a pair, um. */
  readonly perturbationFor?: (
    calibration: Calibration,
    pixelSizeNm: number,
    parameters?: Json,
  ) => number;
}

/** The classical algorithms, in the order in which they are listed. */
export const baselines: readonly Baseline[] = [
  pairBaseline({
    name: 'mapfost',
    version: '2',
    summary:
      'Bayesian two-frame estimator (MAPFoSt): object integrated out, aligned, outlying patches left out, Gaussian or disc transfer function',
    schema: mapfostParametersSchema,
    layout: usualLayout,
    estimator: (calibration, parameters) => new MapfostEstimator(calibration, parameters),
  }),
  pairBaseline({
    name: 'mapfost-published',
    version: '1',
    summary:
      'The published mapfost package as it is configured, from its equations and without its defects: flat prior, no window, started at zero, mean of patches',
    schema: publishedParametersSchema,
    layout: publishedLayout,
    estimator: (calibration, parameters) => new PublishedMapfostEstimator(calibration, parameters),
  }),
  pairBaseline({
    name: 'spectral',
    version: '2',
    summary:
      'Closed form from the logarithm of the ratio of the two power spectra; needs no alignment',
    schema: pairParametersSchema,
    layout: usualLayout,
    estimator: (calibration, parameters) => new SpectralEstimator(calibration, parameters),
  }),
  searchBaseline({
    name: 'sharpness-simplex',
    version: '2',
    summary:
      'Nelder-Mead on the sharpness of single frames, six metrics to choose from, with jitter; needs no calibration, many frames',
    schema: simplexParametersSchema,
    run: searchBySimplex,
    checkFrame: (frame, { lowPassPx }) => checkSharpnessFrame(frame, lowPassPx),
  }),
  searchBaseline({
    name: 'sharpness-sweep',
    version: '1',
    summary:
      'Series along working distance and stigmators in turn, coarse to fine, with a fit of the peak; needs no calibration',
    schema: sweepParametersSchema,
    run: searchBySweeps,
    checkFrame: (frame, { rounds }) =>
      checkSharpnessFrame(frame, Math.max(...rounds.map(({ lowPassPx }) => lowPassPx))),
  }),
  searchBaseline({
    name: 'heuristic',
    version: '1',
    summary:
      'Autocorrelation estimators of frames a little over and under, as in SBEMimage; near focus only, fails from far away',
    schema: heuristicParametersSchema,
    run: correctByHeuristic,
    checkFrame: checkHeuristicFrame,
  }),
  searchBaseline({
    name: 'afss',
    version: '1',
    summary:
      'Series of three frames per parameter with a parabola per tile, as in SBEMimage; near focus only, fails from far away',
    schema: seriesParametersSchema,
    run: correctBySeries,
    checkFrame: checkSeriesFrame,
  }),
];

/** An algorithm that corrects by what an estimator says of perturbed pairs. */
function pairBaseline<Parameters extends PairParameters>(entry: {
  readonly name: string;
  readonly version: string;
  readonly summary: string;
  readonly schema: z.ZodType<Parameters>;
  readonly layout: AutoLayout;
  readonly estimator: (calibration: Calibration, parameters: Parameters) => PairEstimator;
}): Baseline {
  const { name, version, summary, schema, layout, estimator } = entry;
  const parse = (given: Json = {}) => parseConfig(schema, given, `parameters of ${name}`);
  return {
    name,
    summary,
    create: (given) => {
      const parameters = parse(given);
      return {
        name,
        version,
        parameters: parameters as Json,
        run: (context) =>
          correctByPairs(
            context,
            estimator(context.calibration, parameters),
            parameters.perturbationUm,
            parameters.whenWorse,
          ),
      };
    },
    checkFrame: ({ width, height }, given) => {
      patchLayout(width, height, parse(given), layout);
    },
    createEstimator: (calibration, given) => estimator(calibration, parse(given)),
    perturbationFor: (_calibration, _pixelSizeNm, given) => parse(given).perturbationUm,
  };
}

/** An algorithm that looks at single frames. */
function searchBaseline<T extends Json>({
  name,
  version,
  summary,
  schema,
  run,
  checkFrame,
}: {
  readonly name: string;
  readonly version: string;
  readonly summary: string;
  readonly schema: z.ZodType<T>;
  readonly run: (context: AutofocusContext, parameters: T) => AsyncIterable<AutofocusStep>;
  readonly checkFrame: (frame: { width: number; height: number }, parameters: T) => void;
}): Baseline {
  const parse = (given: Json = {}): T => parseConfig(schema, given, `parameters of ${name}`);
  return {
    name,
    summary,
    create: (given) => {
      const parameters = parse(given);
      return { name, version, parameters, run: (context) => run(context, parameters) };
    },
    checkFrame: (frame, given) => checkFrame(frame, parse(given)),
  };
}
