import { RandomStream } from '../../harness/numeric/index.ts';
import { addNoiseLayer } from './drawing/addNoiseLayer.ts';
import { areaSampled } from './drawing/areaSampled.ts';
import type { Specimen, SpecimenRegion } from './drawing/Specimen.ts';

/** The random field of `noise`. */
export const noiseField = {
  /** Standard deviation of the yield, whose mean is 1. */
  rms: 0.15,
  /** Standard deviations of the Gaussian filters of its layers, one per octave, in nm. */
  sigmasNm: [6, 12, 24, 48, 96, 192, 384, 768] as readonly number[],
} as const;

/**
 * A stationary, isotropic Gaussian random field of mean 1 whose power falls as |k|^-2 at wavelengths
 * from about 60 nm to 3 um: the specimen of textbook statistics, whose power is known everywhere,
 * see {@link noisePowerUm2}.
 *
 * Each layer is white noise at the nodes of a lattice, seen through a Gaussian; layers an octave
 * apart have equal variance. The lattices are so fine that the variance is the same
 * everywhere to 0.4 %. Area sampling is exact.
 *
 * @param seed - Non-negative whole number.
 */
export function noiseSpecimen(seed: number): Specimen {
  const layers = noiseField.sigmasNm.map((sigmaNm, index) => ({
    sigmaNm,
    rms: noiseField.rms / Math.sqrt(noiseField.sigmasNm.length),
    salt: new RandomStream(seed, 'specimen', 'noise', index).nextInt32(),
  }));
  const paint = (region: SpecimenRegion): Float32Array => {
    const yields = new Float64Array(region.width * region.height).fill(1);
    for (const layer of layers) addNoiseLayer(layer, region, yields);
    // Zero lies 6.7 standard deviations away.
    return Float32Array.from(yields, (value) => Math.max(0, value));
  };
  return areaSampled('noise', 100, paint);
}

/**
 * Power spectral density of `noise` before area sampling, in um^2: its integral over
 * d^2k / (2 pi)^2 is the variance.
 *
 * S(k) = (4 pi rms^2 / n) * sum over the n layers of s^2 exp(-s^2 k^2), s the layer's sigma. Summed
 * over octaves this is |k|^-2 with a ripple of 0.9 %, as long as k lies well between 1 / (largest
 * sigma) and 1 / (smallest sigma).
 *
 * @param kRadPerUm - Magnitude of the wave vector.
 */
export function noisePowerUm2(kRadPerUm: number): number {
  const { rms, sigmasNm } = noiseField;
  let sum = 0;
  for (const sigmaNm of sigmasNm) {
    const sigmaUm = sigmaNm / 1000;
    sum += sigmaUm ** 2 * Math.exp(-((sigmaUm * kRadPerUm) ** 2));
  }
  return ((4 * Math.PI * rms ** 2) / sigmasNm.length) * sum;
}
