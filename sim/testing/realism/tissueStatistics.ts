import { gaussianBand } from './gaussianBand.ts';
import { greyMoments } from './greyMoments.ts';
import { type PatchContrast, patchContrast } from './patchContrast.ts';
import { radialSpectrum, shareOfVarianceBelow, spectrumSlope } from './radialSpectrum.ts';

/**
 * What can be measured on a field of tissue without noise and blur and compared with real frames.
 * Grey is that of an inverted 8-bit frame whose pedestal (zero signal to mean) is 298 grey.
 */
export interface TissueStatistics {
  /** Exponents of the 2-D power of the yield over 2-12 and 12-40 rad/um. */
  readonly slopeCoarse: number;
  readonly slopeFine: number;
  /** Share of the variance of the yield at wave numbers below 6 rad/um, 0..1. */
  readonly shareBelow6RadPerUm: number;
  readonly meanGrey: number;
  /** Standard deviation of the clipped grey, in % of the pedestal. */
  readonly contrastPercent: number;
  readonly skewness: number;
  readonly excessKurtosis: number;
  /** Share of pixels clipped at black, in %. */
  readonly clippedPercent: number;
  /** Of the grey between Gaussians of sigma 2 and 8 px. */
  readonly bandExcessKurtosis: number;
  /**
   * Rms of that band in patches of 128, 256 and 384 px, in grey; low contrast is less than 0.15 of the field's
   * standard deviation.
   */
  readonly patches128: PatchContrast;
  readonly patches256: PatchContrast;
  readonly patches384: PatchContrast;
}

/**
 * Knows nothing of how the field was made: the same function serves simulated and real fields.
 *
 * @param yields - Relative yield, mean about 1, row-major `[height, width]`; at least 384 px each way,
 *   sizes as `RealFft2` takes them.
 * @param pixelSizeNm - About 10: the bands and patches are counted in pixels of that size.
 */
export function tissueStatistics(
  yields: Float32Array,
  width: number,
  height: number,
  pixelSizeNm: number,
): TissueStatistics {
  const grey = yields.map((value) =>
    Math.min(255, Math.max(0, greyOfNoSignal - pedestalGrey * value)),
  );
  const moments = greyMoments(grey);
  const spectrum = radialSpectrum(grey, width, height, pixelSizeNm);
  const band = gaussianBand(grey, width, height, bandFinePx, bandCoarsePx);
  const patches = (patchPx: number) =>
    patchContrast(band, width, height, patchPx, lowContrast * moments.sd);
  return {
    slopeCoarse: spectrumSlope(spectrum, 2, 12),
    slopeFine: spectrumSlope(spectrum, 12, 40),
    shareBelow6RadPerUm: shareOfVarianceBelow(spectrum, 6),
    meanGrey: moments.mean,
    contrastPercent: (100 * moments.sd) / pedestalGrey,
    skewness: moments.skewness,
    excessKurtosis: moments.excessKurtosis,
    clippedPercent:
      (100 * grey.reduce((sum, value) => sum + (value <= 0 ? 1 : 0), 0)) / grey.length,
    bandExcessKurtosis: greyMoments(band).excessKurtosis,
    patches128: patches(128),
    patches256: patches(256),
    patches384: patches(384),
  };
}

/** The inverted scale of the calibrated frames: grey = 428 - 298 yield. */
const greyOfNoSignal = 428;
const pedestalGrey = 298;
const bandFinePx = 2;
const bandCoarsePx = 8;
const lowContrast = 0.15;
