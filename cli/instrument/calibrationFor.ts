import { readConfigFile } from '../../harness/config/index.ts';
import {
  type Calibration,
  ConfigError,
  calibrationSchema,
  calibrationValues,
} from '../../harness/microscope/index.ts';
import type { Instrument } from './openInstrument.ts';

/**
 * What algorithms are told of an instrument: a file's numbers, else its own.
 *
 * @param file - `--calibration`.
 * @throws ConfigError if the file does not fit, or nothing is known.
 */
export async function calibrationFor(
  { calibration }: Pick<Instrument, 'calibration'>,
  file: string | undefined,
): Promise<Calibration> {
  if (file !== undefined) {
    return calibrationValues(await readConfigFile(calibrationSchema, file, 'calibration'));
  }
  if (calibration !== undefined) return calibration;
  throw new ConfigError('--calibration must name a file for this microscope. Received nothing', {
    hint: 'semfocus calibrate makes one',
  });
}
