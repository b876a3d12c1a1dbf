import { greyPixels, RandomStream } from '../../numeric/index.ts';
import type { PerturbedPair } from '../PairEstimator.ts';

/** Two frames for tests that show nothing but white noise, 8 bit. */
export function noisePair(width: number, height: number): PerturbedPair {
  const random = new RandomStream(9, 'blank');
  const frame = () =>
    greyPixels(
      Uint8Array.from({ length: width * height }, () => Math.round(130 + 14 * random.normal())),
      width,
      height,
    );
  return { under: frame(), over: frame(), pixelSizeNm: 10, perturbationUm: 5 };
}
