import { baselines } from '../baselines/index.ts';
import type { CorrectionEstimate } from '../harness/algorithm/index.ts';
import { checkedEstimator } from '../harness/algorithm/pair/index.ts';
import { RealFft2 } from '../harness/numeric/index.ts';
import { presetCalibration, presetNamed } from '../sim/index.ts';
import { compare } from './compare.ts';
import { simulatedPair } from './simulatedPair.ts';

const nothing: CorrectionEstimate = {
  correction: { workingDistanceUm: 0, stigmatorX: 0, stigmatorY: 0 },
  astigmatismUm: { a: 0, b: 0 },
};

export async function benchEstimate(): Promise<void> {
  for (const side of [512, 768]) {
    const fft = new RealFft2(side, side);
    const image = new Float32Array(side * side).fill(1);
    const spectrum = fft.createSpectrum();
    for (const psf of ['gaussian', 'disc'] as const) {
      const request = { width: side, height: side, pixelSizeNm: 10.03, dwellTimeNs: 200 };
      const pair = await simulatedPair(psf, request);
      const calibration = { ...presetCalibration(presetNamed('merlin')), psf };
      const unasked = checkedEstimator({ estimate: () => Promise.resolve(nothing) }, calibration);
      await compare(
        `one estimate from a ${side} px pair, ${psf}, 3 um and 0.5 units off`,
        {
          name: 'two forward FFTs of that size',
          run: () => {
            fft.forward(image, spectrum);
            fft.forward(image, spectrum);
          },
        },
        [
          { name: 'the check before every estimate', run: () => unasked.estimate(pair) },
          ...baselines.flatMap(({ name, createEstimator }) => {
            if (createEstimator === undefined) return [];
            const estimator = createEstimator(calibration, { patchSidePx: side, patches: 1 });
            return [{ name, run: () => estimator.estimate(pair) }];
          }),
        ],
      );
    }
  }
}
