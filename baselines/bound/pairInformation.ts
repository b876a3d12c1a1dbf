import type { Aberration } from '../../harness/microscope/index.ts';
import type { GreyImage } from '../../harness/numeric/index.ts';
import { mean } from '../../harness/statistics/index.ts';
import { type BoundOptics, type FocusScene, nothingElseUnknown, pairFrames } from './FocusScene.ts';
import { focusInformation } from './focusInformation.ts';
import { type InformationMatrix, scaleInformation } from './InformationMatrix.ts';
import { ringSpectrum } from './ringSpectrum.ts';

/** One instrument over one place, and the pair that is taken of it. */
export interface PairInformationOptions {
  /** The true ones. */
  readonly optics: BoundOptics;
  /** The truth about the specimen: yield of every pixel, and counts that a pixel of yield 1 gives. */
  readonly specimen: { readonly yields: GreyImage; readonly countsAtYield1: number };
  readonly pixelSizeNm: number;
  /** Between the two frames. */
  readonly midway: Aberration;
  readonly perturbationUm: number;
}

/**
 * What an estimator has been told. `known`: all but focus and stigmators, the bound proper.
 * `unknown`: neither the specimen's power, which has a value of its own in every ring, nor the gain
 * between the frames, nor the shape of the pupil.
 */
export type Told = 'known' | 'unknown';

/**
 * Wave vectors are those of a square of this side; the sum over those of a larger one is the same
 * to 0.5 %, times the area.
 */
const gridPx = 256;
/** Rings of the unknown spectrum, in bins of that grid; any other width gives the same to 1 %. */
const ringWidthBins = 1.5;

/**
 * What a pair of frames says about focus and stigmators, from the truth about the specimen: its
 * power, taken as isotropic, and the white noise of its mean yield. Rounding, colour of the noise and
 * electronics are left out, and the probe is the plain one of its shape, without aberrations: all of
 * them make an estimate no easier.
 *
 * @returns information on (z, a, b) per um^2 and per pixel of the area that is looked at, as a
 *   function of the dose: a multiple of that of the specimen's `countsAtYield1`.
 */
export function pairInformation({
  optics,
  specimen,
  pixelSizeNm,
  midway,
  perturbationUm,
}: PairInformationOptions): (doseFactor: number, told: Told) => InformationMatrix {
  const { yields, countsAtYield1 } = specimen;
  const scene: Omit<FocusScene, 'noiseVariance'> = {
    optics,
    frames: pairFrames(midway, perturbationUm),
    width: gridPx,
    height: gridPx,
    pixelSizeNm,
    // Yields are those of pixels, not of points.
    pixelApertureNm: 0,
    specimenPower: ringSpectrum(yields, pixelSizeNm),
  };
  const binRadPerUm = (2 * Math.PI) / (gridPx * pixelSizeNm * 1e-3);
  const meanYield = mean(yields.data);
  return (doseFactor, told) =>
    scaleInformation(
      focusInformation(
        // A Poisson number has its mean as variance; in units of the yield, by the counts squared.
        { ...scene, noiseVariance: meanYield / (countsAtYield1 * doseFactor) },
        told === 'known'
          ? nothingElseUnknown
          : {
              spectrum: { ringWidthRadPerUm: ringWidthBins * binRadPerUm },
              gain: 'unknown',
              pupil: 'byEvidence',
            },
      ),
      1 / gridPx ** 2,
    );
}
