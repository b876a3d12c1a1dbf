import type { Aberration, Calibration } from '../../harness/microscope/index.ts';

/** The probe as the bound sees it. */
export type BoundOptics = Pick<Calibration, 'psf' | 'convergenceMrad' | 'residualSpotNm'>;

/**
 * What frames of one place say about focus and stigmators is computed for this: a Gaussian random
 * field seen by a probe, with white noise.
 *
 * Wave vectors in rad/um, x to the right, y down. Powers and variances in the square of any one
 * unit of signal, powers normalised so that white noise of variance v per pixel has power v.
 */
export interface FocusScene {
  readonly optics: BoundOptics;
  /**
   * The aberration of every frame: one common unknown (z, a, b), which is to be estimated, plus
   * known moves. For a pair: z minus, then plus the perturbation.
   */
  readonly frames: readonly Aberration[];
  /** Columns and rows of the evaluated area, px. */
  readonly width: number;
  readonly height: number;
  readonly pixelSizeNm: number;
  /** Power of the specimen before the probe; even in k, >= 0. */
  readonly specimenPower: (kxRadPerUm: number, kyRadPerUm: number) => number;
  /**
   * Side of the square over which a pixel averages what `specimenPower` describes, nm; 0 where
   * that is the power of a picture whose pixels are averages already.
   */
  readonly pixelApertureNm: number;
  /** Of the noise of one pixel of one frame, > 0. */
  readonly noiseVariance: number;
}

/** What else is unknown, and therefore takes information away from focus and stigmators. */
export interface Unknowns {
  /**
   * `known`: the bound proper, which no unbiased estimator beats whatever it has been told.
   * Otherwise the specimen has one unknown power in every ring of this width in |k|, rad/um, as
   * the realistic estimator finds it.
   */
  readonly spectrum: 'known' | { readonly ringWidthRadPerUm: number };
  /** Contrast of every frame but the first, relative to it. */
  readonly gain: 'known' | 'unknown';
  /** `byEvidence`: it is a Gaussian or a disc, and the same frames have to tell which. */
  readonly pupil: 'known' | 'byEvidence';
}

/** Everything but focus and stigmators is known. */
export const nothingElseUnknown: Unknowns = { spectrum: 'known', gain: 'known', pupil: 'known' };

/** The two frames of a pair: z minus, then plus the perturbation. */
export function pairFrames(midway: Aberration, perturbationUm: number): Aberration[] {
  return [-perturbationUm, perturbationUm].map((moveUm) => ({
    ...midway,
    zUm: midway.zUm + moveUm,
  }));
}
