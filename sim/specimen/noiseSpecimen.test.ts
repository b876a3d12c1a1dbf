import { describe, expect, it } from 'vitest';
import { radialSpectrum, spectrumSlope } from '../testing/realism/radialSpectrum.ts';
import { addNoiseLayer } from './drawing/addNoiseLayer.ts';
import { noiseField, noisePowerUm2, noiseSpecimen } from './noiseSpecimen.ts';

const size = 1024;
const pixelSizeNm = 12;
const field = (seed: number) =>
  noiseSpecimen(seed).rasterise({
    leftNm: 5e4,
    topNm: -3e4,
    width: size,
    height: size,
    pixelSizeNm,
  });

/** Moments of many fields together, about the true mean. */
function moments(values: readonly Float32Array[]) {
  const sums = [0, 0, 0, 0, 0];
  let count = 0;
  for (const list of values) {
    count += list.length;
    for (const value of list)
      for (let order = 1; order <= 4; order++) sums[order]! += (value - 1) ** order;
  }
  const [, mean = 0, variance = 0, third = 0, fourth = 0] = sums.map((sum) => sum / count);
  return {
    mean,
    variance,
    skewness: third / variance ** 1.5,
    kurtosis: fourth / variance ** 2 - 3,
  };
}

describe('the random field', () => {
  const fields = [1, 2, 3, 4].map(field);

  it('has mean 1, 15 % rms and the higher moments of a Gaussian', () => {
    const { mean, variance, skewness, kurtosis } = moments(fields);
    // Four fields of 12 um hold some hundred independent places of the coarsest layers.
    expect(Math.abs(mean)).toBeLessThan(0.02);
    expect(Math.sqrt(variance)).toBeGreaterThan(0.14);
    expect(Math.sqrt(variance)).toBeLessThan(0.16);
    expect(Math.abs(skewness)).toBeLessThan(0.15);
    expect(Math.abs(kurtosis)).toBeLessThan(0.2);
  });

  it('has power that falls as |k|^-2 between the wavelengths of 3 um and 60 nm', () => {
    for (const values of fields) {
      const spectrum = radialSpectrum(values, size, size, pixelSizeNm);
      expect(spectrumSlope(spectrum, 4, 60)).toBeGreaterThan(-2.1);
      expect(spectrumSlope(spectrum, 4, 60)).toBeLessThan(-1.9);
    }
    for (let k = 2.5; k < 60; k *= 1.3) {
      const powerLaw = (noisePowerUm2(10) * 100) / k ** 2;
      expect(noisePowerUm2(k) / powerLaw).toBeGreaterThan(0.9);
      expect(noisePowerUm2(k) / powerLaw).toBeLessThan(1.05);
    }
  });

  it('has the power that it is declared to have, from 3 to 200 rad/um', () => {
    const spectra = fields.map((values) => radialSpectrum(values, size, size, pixelSizeNm));
    for (const edge of [3, 6, 12, 24, 48, 96]) {
      let measured = 0;
      let declared = 0;
      for (const { stepRadPerUm, power, count } of spectra) {
        for (let ring = 0; ring * stepRadPerUm < 2 * edge; ring++) {
          const k = ring * stepRadPerUm;
          if (k < edge) continue;
          measured += power[ring]!;
          declared += count[ring]! * noisePowerUm2(k) * pixelTransfer(k);
        }
      }
      // Power of N pixels under a Hann window: N * (3/8)^2 * S / (pixel area), of the sum of squares.
      const perPower = (size ** 2 * (3 / 8) ** 2) / (pixelSizeNm / 1000) ** 2;
      expect(measured / (declared * perPower)).toBeGreaterThan(0.9);
      expect(measured / (declared * perPower)).toBeLessThan(1.1);
    }
  });

  it('has declared power that integrates to its variance', () => {
    let variance = 0;
    for (let k = 0.005; k < 1500; k *= 1.01)
      variance += (noisePowerUm2(k) * k * k * Math.log(1.01)) / (2 * Math.PI);
    expect(variance / noiseField.rms ** 2).toBeCloseTo(1, 2);
  });

  it('varies as much at the nodes of a lattice as between them', () => {
    const layer = { salt: 77, sigmaNm: 0.85, rms: 1 };
    const varianceAt = (offset: number) => {
      let sum = 0;
      for (let place = 0; place < 8000; place++) {
        // The spacing of the nodes is 1 nm; places are so far apart that they are independent.
        const at = { leftNm: 20 * place + offset, topNm: offset, pixelSizeNm: 1e-3 };
        const yields = new Float64Array(1);
        addNoiseLayer(layer, { ...at, width: 1, height: 1 }, yields);
        sum += yields[0]! ** 2;
      }
      return sum / 8000;
    };
    // Three standard errors of a variance over 8000 places.
    expect(Math.abs(varianceAt(0) - 1)).toBeLessThan(0.05);
    expect(Math.abs(varianceAt(0.5) - 1)).toBeLessThan(0.05);
  });
});

/** Squared transfer of square pixels, averaged over directions. */
function pixelTransfer(kRadPerUm: number): number {
  let sum = 0;
  for (let step = 0; step < 64; step++) {
    const angle = ((step + 0.5) * Math.PI) / 128;
    const x = sinc((kRadPerUm * Math.cos(angle) * pixelSizeNm) / 2000);
    const y = sinc((kRadPerUm * Math.sin(angle) * pixelSizeNm) / 2000);
    sum += (x * y) ** 2;
  }
  return sum / 64;
}

function sinc(x: number): number {
  return Math.sin(x) / x;
}
