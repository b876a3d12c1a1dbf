import { baselines } from '../baselines/index.ts';
import { addFocus } from '../harness/microscope/index.ts';
import { RealFft2 } from '../harness/numeric/index.ts';
import {
  createSimulatedMicroscope,
  createSpecimen,
  presetCalibration,
  presetNamed,
} from '../sim/index.ts';
import { compare } from './compare.ts';

export async function benchEstimate(): Promise<void> {
  const preset = presetNamed('merlin');
  for (const side of [512, 768]) {
    const fft = new RealFft2(side, side);
    const image = new Float32Array(side * side).fill(1);
    const spectrum = fft.createSpectrum();
    for (const psf of ['gaussian', 'disc'] as const) {
      const { truth } = createSimulatedMicroscope({
        preset,
        psf,
        specimen: createSpecimen('tissue', 1),
        seed: 1,
        run: 0,
        stage: { xUm: 0, yUm: 0 },
      });
      const request = { width: side, height: side, pixelSizeNm: 10.03, dwellTimeNs: 200 };
      const at = async (workingDistanceUm: number) => {
        const state = addFocus(truth.bestFocus(), { workingDistanceUm, stigmatorX: 0.5 });
        return (await truth.frameAt(state, request)).pixels;
      };
      const pair = {
        under: await at(-2),
        over: await at(8),
        pixelSizeNm: request.pixelSizeNm,
        perturbationUm: 5,
      };
      const calibration = { ...presetCalibration(preset), psf };
      await compare(
        `one estimate from a ${side} px pair, ${psf}, 3 um and 0.5 units off`,
        {
          name: 'two forward FFTs of that size',
          run: () => {
            fft.forward(image, spectrum);
            fft.forward(image, spectrum);
          },
        },
        baselines.flatMap(({ name, createEstimator }) => {
          if (createEstimator === undefined) return [];
          const estimator = createEstimator(calibration, { patchSidePx: side, patches: 1 });
          return [{ name, run: () => estimator.estimate(pair) }];
        }),
      );
    }
  }
}
