import {
  type Calibration,
  calibrationValues,
  type ProbeShape,
} from '../../harness/microscope/index.ts';
import { presetNamed } from '../presets/presets.ts';
import { measuredCalibration } from './measuredCalibration.ts';
import { presetCalibration } from './presetCalibration.ts';

/**
 * What algorithms are told of a simulated instrument: what was measured of it by known moves, or
 * its own numbers if it was not calibrated.
 *
 * @param text - As for `presetNamed`.
 * @param psf - The preset's own where left out.
 * @throws ConfigError naming what there is.
 */
export function calibrationOf(
  text: string,
  psf?: ProbeShape,
): { readonly source: 'measured' | 'nominal'; readonly values: Calibration } {
  const preset = presetNamed(text);
  const probe = psf ?? preset.beam.psf;
  const measured = measuredCalibration(text, probe);
  if (measured !== undefined) return { source: 'measured', values: calibrationValues(measured) };
  const shape = probe === 'gaussian' ? 'gaussian' : 'disc';
  return { source: 'nominal', values: { ...presetCalibration(preset), psf: shape } };
}
