import { fileURLToPath } from 'node:url';
import { calibrateMicroscope, calibrationLimits } from '../../baselines/index.ts';
import { openSession } from '../../harness/focusing/index.ts';
import {
  isSemfocusError,
  type MeasuredCalibration,
  probeShapes,
} from '../../harness/microscope/index.ts';
import { physicsVersion, presets } from '../../sim/index.ts';
import { openMicroscope } from '../lab/index.ts';
import { writeTextFile } from '../terminal/writeTextFile.ts';

/**
 * `npm run make:calibrations`: calibrates every built-in instrument under every probe that it can
 * have, as an operator would, and writes what `run` hands to the algorithms. To be run again when
 * the physics or the estimator of the calibration changes.
 */

const file = fileURLToPath(new URL('../../sim/calibration/calibrations.json', import.meta.url));
/** No suite, test or training looks at the specimens of this seed. */
const seed = 7301;
const places = 8;
/** An even place, as a careful operator chooses: bodies clipped at black shift the angle by 1 to 2 %. */
const specimen = 'tissue-dense';
/** Its numbers are those of the equations that it is there to test. */
const uncalibrated = 'ideal';

const written: Record<string, Record<string, MeasuredCalibration>> = {};
for (const { name } of presets) {
  if (name === uncalibrated) continue;
  const ofPreset: Record<string, MeasuredCalibration> = {};
  written[name] = ofPreset;
  for (const psf of probeShapes) {
    const measured = await calibrationOf(name, psf);
    if (measured === undefined) continue;
    ofPreset[psf] = measured;
    process.stderr.write(`${name}, ${psf}: ${measured.convergenceMrad} mrad, ${measured.psf}\n`);
  }
}
await writeTextFile(file, `${JSON.stringify({ physicsVersion, presets: written }, null, 2)}\n`);

/** Nothing where the instrument cannot have such a probe: coma makes no Gaussian. */
async function calibrationOf(
  name: string,
  psf: (typeof probeShapes)[number],
): Promise<MeasuredCalibration | undefined> {
  try {
    const { microscope, pixelSizeNm, dwellTimeNs } = await openMicroscope(`sim:${name}`, {
      specimen,
      specimenPixelSize: 10,
      seed,
      psf,
      startUm: 1.5,
    });
    const frame = { width: 1024, height: 768, pixelSizeNm, dwellTimeNs };
    const options = { frame, guessMrad: 8, residualSpotNm: 3.5, places };
    const limits = calibrationLimits(await microscope.describe());
    const session = await openSession(microscope, { limits });
    return (await calibrateMicroscope(session, options)).calibration;
  } catch (error) {
    if (isSemfocusError(error, 'ConfigError')) return undefined;
    throw error;
  }
}
