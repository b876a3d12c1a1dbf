import type { AutofocusAlgorithm, Json, PairEstimator } from '../harness/algorithm/index.ts';
import { correctByPairs } from '../harness/algorithm/index.ts';
import { parseConfig } from '../harness/config/index.ts';
import type { Calibration } from '../harness/microscope/index.ts';
import { MapfostEstimator } from './mapfost/MapfostEstimator.ts';
import { type PairParameters, parsePairParameters } from './pair/pairParameters.ts';
import { patchLayout } from './pair/patchLayout.ts';
import { searchBySimplex, simplexParametersSchema } from './sharpness/searchBySimplex.ts';
import { checkSharpnessFrame } from './sharpness/sharpnessScore.ts';
import { SpectralEstimator } from './spectral/SpectralEstimator.ts';

/** A baseline as a registry needs it. */
export interface Baseline {
  readonly name: string;
  readonly summary: string;
  readonly create: (parameters?: Json) => AutofocusAlgorithm;
  /** Throws ConfigError if the patches do not fit into frames of this size, px. */
  readonly checkFrame?: (frame: { width: number; height: number }, parameters?: Json) => void;
  readonly createEstimator?: (calibration: Calibration, parameters?: Json) => PairEstimator;
}

/** The classical algorithms, in the order in which they are listed. */
export const baselines: readonly Baseline[] = [
  pairBaseline(
    'mapfost',
    '1',
    'Bayesian two-frame estimator (MAPFoSt): object integrated out, aligned, Gaussian or disc transfer function',
    (calibration, parameters) => new MapfostEstimator(calibration, parameters),
  ),
  pairBaseline(
    'spectral',
    '1',
    'Closed form from the logarithm of the ratio of the two power spectra; needs no alignment',
    (calibration, parameters) => new SpectralEstimator(calibration, parameters),
  ),
  {
    name: 'sharpness-simplex',
    summary:
      'Nelder-Mead on the low-pass filtered sharpness of single frames, with jitter; needs no calibration, many frames',
    create: (given = {}) => {
      const parameters = parseConfig(
        simplexParametersSchema,
        given,
        'parameters of sharpness-simplex',
      );
      return {
        name: 'sharpness-simplex',
        version: '1',
        parameters,
        run: (context) => searchBySimplex(context, parameters),
      };
    },
    checkFrame: ({ width, height }) => checkSharpnessFrame(width, height),
  },
];

/** An algorithm that corrects by what an estimator says of perturbed pairs. */
function pairBaseline(
  name: string,
  version: string,
  summary: string,
  estimator: (calibration: Calibration, parameters: PairParameters) => PairEstimator,
): Baseline {
  return {
    name,
    summary,
    create: (given) => {
      const parameters = parsePairParameters(name, given);
      return {
        name,
        version,
        parameters,
        run: (context) =>
          correctByPairs(
            context,
            estimator(context.calibration, parameters),
            parameters.perturbationUm,
          ),
      };
    },
    checkFrame: ({ width, height }, given) => {
      patchLayout(width, height, parsePairParameters(name, given));
    },
    createEstimator: (calibration, given) =>
      estimator(calibration, parsePairParameters(name, given)),
  };
}
