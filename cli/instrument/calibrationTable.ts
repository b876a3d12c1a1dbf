import type { CalibrationOutcome } from '../../baselines/index.ts';

/** Ratios of likelihoods that show in fewer pairs than this are no preference. */
const clearShare = 0.75;

/** What a calibration has found, with one standard deviation of every number. */
export function calibrationTable(outcome: CalibrationOutcome): string {
  const { calibration, fits, preference, check, startUm, matrixShape } = outcome;
  const { stigmatorMatrixUmPerUnit: matrix, imageShiftNmPerUm: shift, measured } = calibration;
  const { sd } = measured;
  const [best, other] = fits;
  const [largest, smallest] = matrixShape.singularValues;
  const isClear = preference.pairs >= clearShare * preference.of;
  const element = (i: 0 | 1, j: 0 | 1) =>
    withSd(matrix[i][j], sd.stigmatorMatrixUmPerUnit[i][j], 'um per unit');
  const moved = [check.predicted, check.measured].map(
    ({ zUm, aUm, bUm }) => `(${[zUm, aUm, bUm].map((value) => value.toFixed(2)).join(', ')})`,
  );
  const lines: [string, string][] = [
    ['convergence angle', withSd(best.convergenceMrad, best.sdMrad, `mrad (${best.psf})`)],
    ['', withSd(other.convergenceMrad, other.sdMrad, `mrad, were it ${other.psf}`)],
    [
      'transfer function',
      `${best.psf}${isClear ? '' : ', not clearly'}: likelier in ${preference.pairs} of ${preference.of} pairs, by ${preference.nats.toFixed(0)} nats`,
    ],
    ['image shift x', withSd(shift.x, sd.imageShiftNmPerUm.x, 'nm per um')],
    ['image shift y', withSd(shift.y, sd.imageShiftNmPerUm.y, 'nm per um')],
    ['a per stigmator x', element(0, 0)],
    ['a per stigmator y', element(0, 1)],
    ['b per stigmator x', element(1, 0)],
    ['b per stigmator y', element(1, 1)],
    [
      'stigmator matrix',
      `${smallest.toFixed(2)} to ${largest.toFixed(2)} um per unit, condition ${matrixShape.condition.toFixed(2)}, ${matrixShape.handedness}`,
    ],
    ['in-focus spot', `${calibration.residualSpotNm} nm, nominal: pairs of frames do not tell it`],
    [
      'check',
      `a move by ${moved[0]} um was seen as ${moved[1]} um, ${(100 * check.errorFraction).toFixed(0)} % off`,
    ],
    ['working distance', `was ${startUm.toFixed(2)} um off when it began`],
    [
      'cost',
      `${measured.frames} frames, ${measured.doseElectronsPerNm2.toPrecision(3)} electrons/nm² at one place, ${measured.microscopeS.toFixed(0)} s of the microscope`,
    ],
  ];
  return `${measured.microscope} (± 1 SD)\n${lines
    .map(([label, text]) => `  ${label.padEnd(19)}${text}\n`)
    .join('')}`;
}

function withSd(value: number, sd: number, unit: string): string {
  return `${value.toFixed(3).padStart(8)} ± ${sd.toFixed(3)} ${unit}`;
}

/** What `--json` prints: the file, and how it came about. */
export function calibrationJson(outcome: CalibrationOutcome, file: string): string {
  const { calibration, fits, preference, check, startUm, stigmators } = outcome;
  const document = {
    file,
    calibration,
    fits: fits.map(({ psf, convergenceMrad, sdMrad }) => ({ psf, convergenceMrad, sdMrad })),
    preference,
    startUm,
    stigmatorSteps: { x: stigmators.x.stepUnits, y: stigmators.y.stepUnits },
    stigmatorMatrix: outcome.matrixShape,
    check,
  };
  return JSON.stringify(document, null, 2);
}
