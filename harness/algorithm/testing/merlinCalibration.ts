import type { Calibration } from '../../microscope/index.ts';

/** For tests: of the article's instrument, with neither image shift nor in-focus spot. */
export const merlinCalibration: Calibration = {
  convergenceMrad: 8.74,
  stigmatorMatrixUmPerUnit: [
    [-1.878, 3.532],
    [3.532, 1.878],
  ],
  imageShiftNmPerUm: { x: 0, y: 0 },
  residualSpotNm: 0,
  psf: 'gaussian',
};
