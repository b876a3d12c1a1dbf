import type { Calibration } from '../../harness/microscope/index.ts';
import type { Preset } from './Preset.ts';

/**
 * What a careful operator would have measured of the instrument and hands to an algorithm. Not a
 * secret: all of it can be had from a few small known moves. The shape of the transfer function is
 * the project's default; who runs another one says so.
 */
export function presetCalibration(preset: Preset): Calibration {
  return {
    convergenceMrad: preset.beam.convergenceMrad,
    stigmatorMatrixUmPerUnit: preset.stigmator.matrixUmPerUnit,
    imageShiftNmPerUm: preset.imageShift.nmPerUm,
    residualSpotNm: preset.beam.residualSpotNm,
    psf: 'gaussian',
  };
}
