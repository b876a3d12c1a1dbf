import type { Calibration } from '../../harness/microscope/index.ts';
import { imageStigmatorMatrix } from '../column/imageStigmatorMatrix.ts';
import { rotateVector } from '../column/rotateVector.ts';
import type { Preset } from './Preset.ts';

/**
 * What a careful operator would have measured of the instrument, in the axes of its rotated image,
 * and hands to an algorithm. Not a secret: all of it can be had from a few small known moves.
 */
export function presetCalibration({ beam, imperfections, scan, stigmator }: Preset): Calibration {
  const shift = { x: imperfections.imageShiftX.level, y: imperfections.imageShiftY.level };
  return {
    convergenceMrad: beam.convergenceMrad,
    stigmatorMatrixUmPerUnit: imageStigmatorMatrix(stigmator.matrixUmPerUnit, scan.rotationDeg),
    imageShiftNmPerUm: rotateVector(shift, scan.rotationDeg),
    residualSpotNm: beam.residualSpotNm,
    psf: beam.psf === 'gaussian' ? 'gaussian' : 'disc',
  };
}
