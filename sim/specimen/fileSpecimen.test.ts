import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../harness/microscope/index.ts';
import { RandomStream } from '../../harness/numeric/index.ts';
import { fileSpecimen } from './fileSpecimen.ts';

const width = 23;
const height = 17;
const random = new RandomStream(1, 'micrograph');
const image = {
  width,
  height,
  data: Float32Array.from({ length: width * height }, () => random.uniformBetween(40, 220)),
};
const specimen = fileSpecimen(image, 12, 'mine.png');
/** Its upper left corner: the middle lies at the origin. */
const leftNm = (-12 * width) / 2;
const topNm = (-12 * height) / 2;
const whole = { leftNm, topNm, width, height, pixelSizeNm: 12 };

describe('a micrograph as a specimen', () => {
  it('emits most where the file is darkest, with mean 1 and 15 % contrast', () => {
    const yields = specimen.rasterise(whole);
    const mean = yields.reduce((sum, value) => sum + value, 0) / yields.length;
    const rms = Math.sqrt(yields.reduce((sum, one) => sum + (one - mean) ** 2, 0) / yields.length);
    expect(mean).toBeCloseTo(1, 6);
    expect(rms).toBeCloseTo(0.15, 6);
    const darkest = image.data.indexOf(Math.min(...image.data));
    expect(yields.indexOf(Math.max(...yields))).toBe(darkest);
    expect(specimen.name).toBe('mine.png');
  });

  it('is mirrored beyond its edges without a seam', () => {
    const yields = specimen.rasterise(whole);
    for (let row = 0; row < height; row++) {
      for (const beyond of [0, 1, 5]) {
        const yNm = topNm + (row + 0.5) * 12;
        const left = specimen.emission(leftNm - (beyond + 0.5) * 12, yNm, 12);
        expect(left).toBeCloseTo(yields[row * width + beyond]!, 6);
        const right = specimen.emission(leftNm + (width + beyond + 0.5) * 12, yNm, 12);
        expect(right).toBeCloseTo(yields[row * width + width - 1 - beyond]!, 6);
      }
    }
    const fine = specimen.rasterise({
      ...{ leftNm: leftNm - 30, topNm: topNm - 30, width: 600, height: 400, pixelSizeNm: 0.5 },
    });
    let steepest = 0;
    for (let at = 1; at < fine.length; at++) {
      if (at % 600 > 0) steepest = Math.max(steepest, Math.abs(fine[at]! - fine[at - 1]!));
    }
    // Linear interpolation: no step exceeds 1/24 of the file's largest contrast.
    const range = Math.max(...yields) - Math.min(...yields);
    expect(steepest).toBeLessThan(range / 24 + 1e-6);
  });

  it('averages over larger pixels and interpolates between smaller ones', () => {
    const yields = specimen.rasterise(whole);
    const four = (yields[0]! + yields[1]! + yields[width]! + yields[width + 1]!) / 4;
    expect(specimen.emission(leftNm + 12, topNm + 12, 24)).toBeCloseTo(four, 6);
    const between = 0.75 * yields[0]! + 0.25 * yields[1]!;
    expect(specimen.emission(leftNm + 6 + 3, topNm + 6, 1)).toBeCloseTo(between, 6);
  });

  it('cuts yields off at zero and keeps the mean at 1', () => {
    const spike = { width: 100, height: 1, data: new Float32Array(100) };
    spike.data[50] = 255;
    const yields = fileSpecimen(spike, 10, 'spike').rasterise({
      ...{ leftNm: -500, topNm: -5, width: 100, height: 1, pixelSizeNm: 10 },
    });
    expect(yields[50]).toBe(0);
    expect(yields.reduce((sum, value) => sum + value, 0) / 100).toBeCloseTo(1, 6);
  });

  it('refuses a file without contrast and a pixel size that is none', () => {
    const flat = { width: 2, height: 2, data: new Float32Array(4).fill(9) };
    expect(() => fileSpecimen(flat, 10, 'flat')).toThrow(ConfigError);
    expect(() => fileSpecimen(image, 0, 'mine')).toThrow(ConfigError);
  });
});
