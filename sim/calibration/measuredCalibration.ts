import { z } from 'zod';
import { parseConfig } from '../../harness/config/index.ts';
import {
  calibrationSchema,
  type MeasuredCalibration,
  type ProbeShape,
  probeShapes,
} from '../../harness/microscope/index.ts';
import calibrations from './calibrations.json' with { type: 'json' };

/** Calibrations of the instruments that come with the project, as `npm run make:calibrations` writes them. */
const measuredCalibrationsSchema = z.strictObject({
  /** Of the simulator that was measured. */
  physicsVersion: z.string(),
  /** By the name of the preset, then by the shape of the probe. */
  presets: z.record(z.string(), z.partialRecord(z.enum(probeShapes), calibrationSchema)),
});

/** The file, checked. */
export const measuredCalibrations = parseConfig(
  measuredCalibrationsSchema,
  calibrations,
  'calibrations.json',
);

/**
 * The calibration of an instrument, measured by known moves as `semfocus calibrate` does.
 *
 * An instrument with changed imperfections (`merlin-real~coma=0`) has the calibration of the one
 * that it was: something changed after it had been calibrated.
 *
 * @param text - As for `presetNamed`.
 * @returns nothing for instruments without a calibration: random ones, files, `ideal`.
 */
export function measuredCalibration(
  text: string,
  psf: ProbeShape,
): MeasuredCalibration | undefined {
  const [base = ''] = text.split('~');
  return measuredCalibrations.presets[base]?.[psf];
}
