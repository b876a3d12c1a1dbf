import {
  addFocus,
  deviationOfAberration,
  type GreyPixels,
} from '../../../harness/microscope/index.ts';
import { presetCalibration } from '../../calibration/presetCalibration.ts';
import { createSimulatedMicroscope } from '../../createSimulatedMicroscope.ts';
import { presetNamed } from '../../presets/presets.ts';
import { createSpecimen } from '../../specimen/index.ts';
import type { GoldenCase } from './goldenCases.ts';

/** The first frame that an instrument exposes, 256 x 192 px, with everything that it has. */
export async function renderGoldenFrame(golden: GoldenCase): Promise<GreyPixels> {
  const preset = presetNamed(golden.preset);
  const { microscope } = createSimulatedMicroscope({
    preset,
    psf: golden.psf,
    specimen: createSpecimen(golden.specimen, 1),
    seed: 1,
    run: 0,
    stage: { xUm: 3, yUm: -2 },
  });
  const deviation = deviationOfAberration(
    golden.aberration,
    presetCalibration(preset).stigmatorMatrixUmPerUnit,
  );
  await microscope.writeFocus(addFocus(await microscope.readFocus(), deviation));
  const { pixels } = await microscope.acquireFrame({
    width: 256,
    height: 192,
    pixelSizeNm: 10.03,
    dwellTimeNs: golden.dwellTimeNs,
  });
  return pixels;
}
