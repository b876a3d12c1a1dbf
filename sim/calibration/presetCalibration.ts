import type { Calibration } from '../../harness/microscope/index.ts';
import { imageStigmatorMatrix } from '../column/imageStigmatorMatrix.ts';
import type { Preset } from '../presets/Preset.ts';
import { rotateVector } from '../scan/rotateVector.ts';

/**
 * The nominal calibration: the numbers of the preset itself, in the axes of its rotated image. An
 * operator measures them but nearly; algorithms are given them only without a measured calibration.
 *
 * @see measuredCalibration
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
