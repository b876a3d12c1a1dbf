import { addFocus } from '../harness/microscope/index.ts';
import { RealFft2 } from '../harness/numeric/index.ts';
import { createSimulatedMicroscope, createSpecimen, presetNamed } from '../sim/index.ts';
import { compare } from './compare.ts';

export async function benchRender(): Promise<void> {
  for (const [width, height] of [
    [1024, 768],
    [2048, 1536],
  ] as const) {
    const fft = new RealFft2(width, height);
    const spectrum = fft.createSpectrum();
    const image = new Float32Array(width * height).fill(1);
    for (const psf of ['gaussian', 'disc'] as const) {
      const { truth } = createSimulatedMicroscope({
        preset: presetNamed('merlin'),
        psf,
        specimen: createSpecimen('tissue', 1),
        seed: 1,
        run: 0,
        stage: { xUm: 0, yUm: 0 },
      });
      const state = addFocus(truth.bestFocus(), { workingDistanceUm: 5, stigmatorX: 0.5 });
      const request = { width, height, pixelSizeNm: 10.03, dwellTimeNs: 200 };
      await truth.frameAt(state, request);
      await compare(
        `${width} x ${height} px frame of a known place, ${psf}`,
        {
          name: 'one forward and one inverse FFT of that size',
          run: () => fft.inverse(fft.forward(image, spectrum), image),
        },
        [
          {
            name: 'blur, shift, Poisson, detector, 8 bit',
            run: () => truth.frameAt(state, request),
          },
        ],
      );
    }
  }
}
