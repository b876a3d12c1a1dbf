import type { Calibration } from '../../microscope/index.ts';
import type { AxisSetting } from './axisPoints.ts';
import type { CalibrationErrorName } from './SuiteAxes.ts';

/** A calibration with the errors of a point of the axes in it. */
export function withCalibrationErrors(calibration: Calibration, settings: readonly AxisSetting[]) {
  return settings.reduce<Calibration>(
    (told, { of, level }) =>
      'calibrationError' in of ? withError(told, of.calibrationError, level) : told,
    calibration,
  );
}

function withError(told: Calibration, name: CalibrationErrorName, level: number): Calibration {
  const { convergenceMrad, stigmatorMatrixUmPerUnit, imageShiftNmPerUm } = told;
  const [[p, q], [r, s]] = stigmatorMatrixUmPerUnit;
  switch (name) {
    case 'convergencePercent':
      return { ...told, convergenceMrad: convergenceMrad * (1 + level / 100) };
    case 'stigmatorScalePercent': {
      const by = 1 + level / 100;
      return {
        ...told,
        stigmatorMatrixUmPerUnit: [
          [p * by, q * by],
          [r * by, s * by],
        ],
      };
    }
    case 'stigmatorRotationDeg': {
      // (a, b) turn by twice the angle by which the image turns.
      const angle = (2 * level * Math.PI) / 180;
      const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
      return {
        ...told,
        stigmatorMatrixUmPerUnit: [
          [cosine * p - sine * r, cosine * q - sine * s],
          [sine * p + cosine * r, sine * q + cosine * s],
        ],
      };
    }
    case 'imageShiftNmPerUm':
      return {
        ...told,
        imageShiftNmPerUm: { x: imageShiftNmPerUm.x + level, y: imageShiftNmPerUm.y },
      };
  }
}
