import type { Scenario } from '../../record/index.ts';

/** What the algorithms of made-up records were told. */
export const calibrationGiven: Scenario['calibration'] = {
  convergenceMrad: 8.74,
  stigmatorMatrixUmPerUnit: [
    [7.2, 0],
    [0, 7.2],
  ],
  imageShiftNmPerUm: { x: 0, y: 0 },
  residualSpotNm: 3,
  psf: 'gaussian',
};
