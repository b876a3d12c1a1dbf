import type { z } from 'zod';
import {
  type AlgorithmEntry,
  type Json,
  type PairEstimator,
  pairEntry,
  searchEntry,
} from '../harness/algorithm/index.ts';
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

/** The classical algorithms, in the order in which they are listed. */
export const baselines: readonly AlgorithmEntry[] = [
  pairBaseline({
    name: 'mapfost',
    version: '3',
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
  searchEntry({
    name: 'sharpness-simplex',
    version: '2',
    summary:
      'Nelder-Mead on the sharpness of single frames, six metrics to choose from, with jitter; needs no calibration, many frames',
    parse: parserOf('sharpness-simplex', simplexParametersSchema),
    run: searchBySimplex,
    checkFrame: (frame, { lowPassPx }) => checkSharpnessFrame(frame, lowPassPx),
  }),
  searchEntry({
    name: 'sharpness-sweep',
    version: '1',
    summary:
      'Series along working distance and stigmators in turn, coarse to fine, with a fit of the peak; needs no calibration',
    parse: parserOf('sharpness-sweep', sweepParametersSchema),
    run: searchBySweeps,
    checkFrame: (frame, { rounds }) =>
      checkSharpnessFrame(frame, Math.max(...rounds.map(({ lowPassPx }) => lowPassPx))),
  }),
  searchEntry({
    name: 'heuristic',
    version: '1',
    summary:
      'Autocorrelation estimators of frames a little over and under, as in SBEMimage; near focus only, fails from far away',
    parse: parserOf('heuristic', heuristicParametersSchema),
    run: correctByHeuristic,
    checkFrame: checkHeuristicFrame,
  }),
  searchEntry({
    name: 'afss',
    version: '1',
    summary:
      'Series of three frames per parameter with a parabola per tile, as in SBEMimage; near focus only, fails from far away',
    parse: parserOf('afss', seriesParametersSchema),
    run: correctBySeries,
    checkFrame: checkSeriesFrame,
  }),
];

function pairBaseline<Parameters extends PairParameters>({
  schema,
  layout,
  ...described
}: {
  readonly name: string;
  readonly version: string;
  readonly summary: string;
  readonly schema: z.ZodType<Parameters>;
  readonly layout: AutoLayout;
  readonly estimator: (calibration: Calibration, parameters: Parameters) => PairEstimator;
}): AlgorithmEntry {
  return pairEntry({
    ...described,
    parse: parserOf(described.name, schema),
    perturbationUm: (parameters) => parameters.perturbationUm,
    checkFrame: ({ width, height }, parameters) => {
      patchLayout(width, height, parameters, layout);
    },
  });
}

function parserOf<T>(name: string, schema: z.ZodType<T>): (given?: Json) => T {
  return (given = {}) => parseConfig(schema, given, `parameters of ${name}`);
}
