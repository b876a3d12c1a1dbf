import type { Aberration, Calibration } from '../../harness/microscope/index.ts';

/** The instrument as the pair estimators see it. */
export type PairOptics = Pick<Calibration, 'convergenceMrad' | 'psf' | 'residualSpotNm'>;

/** Shapes of the pupil that estimators know. */
export const pupilShapes = ['gaussian', 'disc'] as const satisfies readonly PairOptics['psf'][];

/** An aberration with its covariance, rows and columns z, a, b in um. */
export interface AberrationEstimate {
  readonly aberration: Aberration;
  readonly covarianceUm2: readonly (readonly number[])[];
}

/** Standard deviation of the prior on z, a and b: wide, it only holds what the data do not say. */
export const priorSdUm = 20;

/** Prior of the logarithm of the gain ratio: frames of a real instrument differ by a few percent. */
export const gainPriorSd = 0.1;

/** Below this many bins from the origin the window's main lobe carries the mean and slow shading. */
export const smallestBin = 3;
