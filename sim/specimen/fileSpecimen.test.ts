import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../harness/microscope/index.ts';
import { type GreyImage, RandomStream } from '../../harness/numeric/index.ts';
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

  it('is the same, to the last bit, in the depth of its file as in floats', () => {
    for (const Kind of [Uint8Array, Uint16Array]) {
      const data = Kind.from(image.data);
      const own = fileSpecimen({ width, height, data }, 12, 'whole').rasterise(whole);
      const floats = Float32Array.from(data);
      expect(own).toEqual(fileSpecimen({ width, height, data: floats }, 12, 'x').rasterise(whole));
    }
  });

  it('is the same from 16 bit as from 8 bit, and is displayed inverted', () => {
    const deep = { ...image, data: image.data.map((grey) => 257 * grey) };
    const yields = specimen.rasterise(whole);
    fileSpecimen(deep, 12, 'deep')
      .rasterise(whole)
      .forEach((value, at) => {
        expect(value).toBeCloseTo(yields[at]!, 5);
      });
    expect(specimen.polarity).toBe('inverted');
  });

  const refusal = (bad: Partial<GreyImage>, pixelSizeNm = 10) => {
    try {
      fileSpecimen({ ...image, ...bad }, pixelSizeNm, 'mine.png');
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return [error.message, error.hint];
    }
    return 'accepted';
  };

  it('refuses a pixel size that is none', () => {
    for (const pixelSizeNm of [0, -5, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => fileSpecimen(image, pixelSizeNm, 'mine')).toThrow(ConfigError);
    expect(refusal({}, Number.NaN)).toMatchInlineSnapshot(`
      [
        "pixel size of mine.png must be a number > 0 nm. Received NaN",
        "give the pixel size at which the micrograph was taken",
      ]
    `);
  });

  it('refuses a file that is empty, a single pixel, without contrast or not finite', () => {
    expect(refusal({ width: 0, height: 0, data: new Float32Array() })).toMatchInlineSnapshot(`
      [
        "mine.png must have at least 2 pixels. Received 0 x 0",
        "use a micrograph of a few hundred pixels a side",
      ]
    `);
    expect(refusal({ width: 1, height: 1, data: new Float32Array(1) })).toMatchInlineSnapshot(`
      [
        "mine.png must have at least 2 pixels. Received 1 x 1",
        "use a micrograph of a few hundred pixels a side",
      ]
    `);
    expect(refusal({ data: new Float32Array(width * height).fill(9) })).toMatchInlineSnapshot(`
      [
        "mine.png must have some contrast. Received grey 9 everywhere",
        "use the specimen blank for a frame without contrast",
      ]
    `);
    const broken = image.data.slice();
    broken[25] = Number.NaN;
    expect(refusal({ data: broken })).toMatchInlineSnapshot(`
      [
        "mine.png must have finite greys. Received NaN at x 2, y 1",
        undefined,
      ]
    `);
  });

  it('refuses several values per pixel', () => {
    expect(refusal({ data: new Float32Array(3 * width * height) })).toMatchInlineSnapshot(`
      [
        "mine.png must hold one grey value for each of 23 x 17 px. Received 1173 values",
        "these look like 3 colours each: convert it to grey",
      ]
    `);
    expect(refusal({ data: new Float32Array(7) })).toMatchInlineSnapshot(`
      [
        "mine.png must hold one grey value for each of 23 x 17 px. Received 7 values",
        undefined,
      ]
    `);
  });
});
