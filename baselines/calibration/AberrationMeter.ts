import type { PerturbedPair } from '../../harness/algorithm/index.ts';
import {
  type Aberration,
  AlgorithmError,
  type Calibration,
  CalibrationError,
} from '../../harness/microscope/index.ts';
import { baselines } from '../entries.ts';

/** The instrument as far as it is known before its stigmators are. */
export type KnownOptics = Pick<Calibration, 'convergenceMrad' | 'psf' | 'imageShiftNmPerUm'>;

/** The aberration of a pair, and how well the model explains the pair. */
export interface MeasuredAberration {
  readonly aberration: Aberration;
  /** Logarithm of the likelihood, nats, apart from what all pupils share. */
  readonly evidenceNats: number;
}

/** Measures pairs with the Bayesian two-frame estimator, in um whatever the stigmators do. */
export class AberrationMeter {
  readonly #estimator;

  constructor(optics: KnownOptics) {
    const mapfost = baselines.find(({ name }) => name === 'mapfost');
    if (mapfost?.createEstimator === undefined) throw new TypeError('mapfost is no pair estimator');
    // With the unit matrix, corrections of the stigmators are those of (a, b); the spot cancels.
    const calibration: Calibration = {
      ...optics,
      stigmatorMatrixUmPerUnit: [
        [1, 0],
        [0, 1],
      ],
      residualSpotNm: 0,
    };
    // Which pupil it is, calibration finds out: it asks with either.
    this.#estimator = mapfost.createEstimator(calibration, { pupil: 'calibration' });
  }

  /** @throws CalibrationError where the estimator declines: there is too little to be seen. */
  async measure(pair: PerturbedPair): Promise<MeasuredAberration> {
    const { correction, declined, diagnostics } = await this.#estimator.estimate(pair);
    if (declined !== undefined) throw nothingToSee(declined);
    const evidenceNats = diagnostics?.logLikelihood;
    if (typeof evidenceNats !== 'number') {
      throw new AlgorithmError('mapfost must report logLikelihood in its diagnostics');
    }
    return {
      aberration: {
        zUm: -correction.workingDistanceUm,
        aUm: -correction.stigmatorX,
        bUm: -correction.stigmatorY,
      },
      evidenceNats,
    };
  }
}

function nothingToSee(reason: string): CalibrationError {
  return new CalibrationError(`the frames show too little structure for a calibration: ${reason}`, {
    hint: 'move to a place with fine structure everywhere, or expose longer with --dwell',
  });
}
