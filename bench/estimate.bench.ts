import { baselines } from '../baselines/index.ts';
import { RealFft2 } from '../harness/numeric/index.ts';
import { presetCalibration, presetNamed } from '../sim/index.ts';
import { compare } from './compare.ts';
import { simulatedPair } from './simulatedPair.ts';

export async function benchEstimate(): Promise<void> {
  for (const side of [512, 768]) {
    const fft = new RealFft2(side, side);
    const image = new Float32Array(side * side).fill(1);
    const spectrum = fft.createSpectrum();
    for (const psf of ['gaussian', 'disc'] as const) {
      const request = { width: side, height: side, pixelSizeNm: 10.03, dwellTimeNs: 200 };
      const pair = await simulatedPair(psf, request);
      const calibration = { ...presetCalibration(presetNamed('merlin')), psf };
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
