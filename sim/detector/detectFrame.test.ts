import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../harness/numeric/index.ts';
import type { ImperfectionLevels, ImperfectionName } from '../presets/imperfections.ts';
import { noImperfections } from '../testing/noImperfections.ts';
import { type DetectorOptions, detectFrame } from './detectFrame.ts';
import type { GreyLevels } from './GreyLevels.ts';

/** As measured: pedestal 428, mean 130, inverted. */
const inverted: GreyLevels = { polarity: 'inverted', pedestalGrey: 428, greyPerYield: 298 };
/** So many primaries that the shot noise is far below one grey value. */
const noiseless = 1e12;

interface Setting extends Partial<Omit<DetectorOptions, 'levels' | 'yields'>> {
  readonly levels?: Partial<ImperfectionLevels>;
  readonly seed?: number;
}

function detect(yields: Float32Array, width: number, setting: Setting = {}) {
  const height = yields.length / width;
  const { seed = 1, levels, ...options } = setting;
  return detectFrame({
    yields,
    raster: { width, height, region: { x: 0, y: 0, width, height } },
    primaries: noiseless,
    passes: 1,
    detector: { efficiency: 0.45, bitDepth: 8 },
    greyLevels: inverted,
    unexposedShare: 0,
    noise: new RandomStream(seed, 'noise'),
    stream: (name) => new RandomStream(seed, name),
    instrumentStream: (name) => new RandomStream(7, 'instrument', name),
    ...options,
    levels: { ...noImperfections, ...levels },
  });
}

const flat = (value: number, pixels: number) => new Float32Array(pixels).fill(value);

function statistics(values: ArrayLike<number>) {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  const mean = sum / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i]! - mean) ** 2;
  return { mean, variance: squares / (values.length - 1) };
}

const rowMeans = (grey: Uint8Array | Uint16Array, width: number) =>
  Array.from(
    { length: grey.length / width },
    (_, row) => statistics(grey.subarray(row * width, (row + 1) * width)).mean,
  );

/** Standard deviation from row to row, without what changes slowly: half the mean square step. */
function stepSd(rows: readonly number[]): number {
  const squares = rows.slice(1).map((mean, i) => (mean - rows[i]!) ** 2);
  return Math.sqrt(statistics(squares).mean / 2);
}

describe('shot noise', () => {
  // The measured law: 303 to 314 - (0.71 to 0.77) grey, i.e. G (P - grey) at 420 counts.
  it.each([
    { primaries: 468, relativeYield: 0.85 },
    { primaries: 468, relativeYield: 1 },
    { primaries: 936, relativeYield: 1.15 },
    { primaries: 1872, relativeYield: 1 },
    { primaries: 7490, relativeYield: 0.8 },
  ])('has the variance G (P - grey) at $primaries e/px and yield $relativeYield', (one) => {
    const { grey } = detect(flat(one.relativeYield, 250_000), 500, { primaries: one.primaries });
    const { mean, variance } = statistics(grey);
    const expectedMean = 428 - 298 * one.relativeYield;
    const greyPerCount = 298 / (0.45 * one.primaries);
    const law = greyPerCount * (428 - expectedMean) + 1 / 12;
    expect(Math.abs(mean - expectedMean)).toBeLessThan(0.2);
    expect(Math.abs(variance / law - 1)).toBeLessThan(0.012);
  });

  it('follows the measured law along the whole scale at the measured dose', () => {
    // 0.71 grey per count.
    const primaries = 298 / 0.71 / 0.45;
    for (const [grey, low, high] of [
      [60, 257, 271],
      [130, 203, 222],
      [185, 160, 183],
    ] as const) {
      const frame = detect(flat((428 - grey) / 298, 250_000), 500, { primaries });
      const { variance } = statistics(frame.grey);
      expect(variance).toBeGreaterThan(low);
      expect(variance).toBeLessThan(high);
    }
  });

  // Grey values from which the count can be read: `perCount` 16-bit steps each.
  it.each([
    { mean: 0.7, perCount: 1000 },
    { mean: 6, perCount: 1000 },
    { mean: 400, perCount: 100 },
  ])('is a Poisson distribution of mean $mean (chi-squared)', ({ mean, perCount }) => {
    const pixels = 300_000;
    const greyPerYield = (mean * perCount) / 257;
    const { grey } = detect(flat(1, pixels), 600, {
      primaries: mean / 0.45,
      detector: { efficiency: 0.45, bitDepth: 16 },
      greyLevels: { polarity: 'normal', pedestalGrey: 1, greyPerYield },
    });
    const found = new Map<number, number>();
    for (const value of grey) {
      const count = Math.round((value - 257) / perCount);
      found.set(count, (found.get(count) ?? 0) + 1);
    }
    let chiSquared = 0;
    let logExpected = Math.log(pixels) - mean;
    let bins = 0;
    for (let count = 0; count < 3 * mean + 20; count++) {
      logExpected += count === 0 ? 0 : Math.log(mean / count);
      const expected = Math.exp(logExpected);
      if (expected < 20) continue;
      chiSquared += ((found.get(count) ?? 0) - expected) ** 2 / expected;
      bins += 1;
    }
    expect(bins).toBeGreaterThan(4);
    expect(Math.abs(chiSquared - bins)).toBeLessThan(4 * Math.sqrt(2 * bins) + 3);
  });

  it('has a mean equal to its variance, counted in electrons, at any dose', () => {
    const property = fc.property(
      fc.double({ min: 0.1, max: 2, noNaN: true }),
      fc.double({ min: 5, max: 5000, noNaN: true }),
      fc.nat(1000),
      (relativeYield, primaries, seed) => {
        const pixels = 20_000;
        const { grey } = detect(flat(relativeYield, pixels), 200, {
          primaries,
          seed,
          detector: { efficiency: 0.45, bitDepth: 16 },
          greyLevels: { polarity: 'normal', pedestalGrey: 0, greyPerYield: 20 },
        });
        const perCount = (257 * 20) / (0.45 * primaries);
        const { mean, variance } = statistics(grey);
        const electrons = relativeYield * 0.45 * primaries;
        const standardError = Math.sqrt((2 + 1 / electrons) / pixels);
        expect(Math.abs(mean / perCount - electrons)).toBeLessThan(
          6 * Math.sqrt(electrons / pixels) + 0.01,
        );
        const rounding = 1 / 12 / perCount ** 2;
        expect(Math.abs(variance / perCount ** 2 - electrons - rounding)).toBeLessThan(
          6 * electrons * standardError + 0.1 / perCount ** 2,
        );
      },
    );
    fc.assert(property, { numRuns: 25, seed: 11 });
  });

  it('has 1 + excessNoise times the variance at the same mean', () => {
    const frame = (excessNoise: number) =>
      statistics(detect(flat(1, 250_000), 500, { primaries: 936, levels: { excessNoise } }).grey);
    const poisson = frame(0);
    const excess = frame(0.8);
    expect(Math.abs(excess.mean - poisson.mean)).toBeLessThan(0.2);
    expect(Math.abs(excess.variance / poisson.variance - 1.8)).toBeLessThan(0.02);
  });

  it('falls with the square root of the passes averaged, at the same mean', () => {
    const frame = (passes: number) =>
      statistics(detect(flat(1, 250_000), 500, { primaries: 468 * passes, passes }).grey);
    const once = frame(1);
    const often = frame(8);
    expect(Math.abs(often.mean - once.mean)).toBeLessThan(0.2);
    expect(Math.abs((once.variance - 1 / 12) / (often.variance - 1 / 12) / 8 - 1)).toBeLessThan(
      0.02,
    );
  });
});

describe('colour of the noise', () => {
  const width = 512;
  const { grey } = detect(flat(1, width * 800), width, {
    primaries: 936,
    levels: { noiseColour: 0.059 },
  });
  const { mean, variance } = statistics(grey);

  it('leaves mean and variance', () => {
    expect(Math.abs(mean - 130)).toBeLessThan(0.2);
    expect(Math.abs(variance / (298 ** 2 / (0.45 * 936) + 1 / 12) - 1)).toBeLessThan(0.012);
  });

  it('correlates by 0.059 with the pixel before, and with no other', () => {
    const correlation = (lag: number) => {
      let sum = 0;
      for (let i = 0; i + lag < grey.length; i++) {
        sum += (grey[i]! - mean) * (grey[i + lag]! - mean);
      }
      return sum / (grey.length - lag) / variance;
    };
    // Four standard errors of a correlation of 400 000 pairs are 0.0063.
    expect(Math.abs(correlation(1) - 0.059)).toBeLessThan(0.0063);
    expect(Math.abs(correlation(2))).toBeLessThan(0.0063);
    expect(Math.abs(correlation(width))).toBeLessThan(0.0063);
  });

  it('has 1.12 of the mean power at kx = 0 and 0.88 at Nyquist', () => {
    const power = (sign: 1 | -1) => {
      const sums = Array.from({ length: grey.length / width }, (_, row) => {
        let sum = 0;
        for (let x = 0; x < width; x++) sum += (grey[row * width + x]! - mean) * sign ** x;
        return sum ** 2 / width;
      });
      return statistics(sums).mean / variance;
    };
    // 800 rows: a standard error of 5 %.
    expect(Math.abs(power(1) - 1.12)).toBeLessThan(0.15);
    expect(Math.abs(power(-1) - 0.88)).toBeLessThan(0.12);
    expect(power(1)).toBeGreaterThan(power(-1) + 0.05);
  });

  it('does not carry noise from the end of a line into the next', () => {
    const levels = { noiseColour: 0.5 };
    const coloured = detect(flat(1, 4000), 1, { primaries: 936, levels }).grey;
    const white = detect(flat(1, 4000), 1, { primaries: 936 }).grey;
    const ratio = statistics(coloured).variance / statistics(white).variance;
    // The first pixel of a line has its own noise alone, less the 1 / (1 + c^2) of the mixture.
    expect(ratio).toBeCloseTo(1 / 1.25, 2);
  });
});

describe('grey scale', () => {
  it('is inverted for stained tissue: what emits more is darker', () => {
    expect([...detect(Float32Array.of(0.8, 0.9, 1, 1.1), 4).grey]).toEqual([190, 160, 130, 100]);
  });

  it('is bright where much is emitted in normal polarity', () => {
    const greyLevels: GreyLevels = { polarity: 'normal', pedestalGrey: -20, greyPerYield: 100 };
    expect([...detect(Float32Array.of(0.1, 0.5, 1, 3), 4, { greyLevels }).grey]).toEqual([
      0, 30, 80, 255,
    ]);
  });

  it('is clipped to 0 and 255, never wrapped', () => {
    expect([...detect(Float32Array.of(0, 0.5, 1.5, 3), 4).grey]).toEqual([255, 255, 0, 0]);
  });

  it('rounds to the nearest grey value', () => {
    const yields = Float32Array.of(1 - 0.4 / 298, 1 - 0.6 / 298);
    expect([...detect(yields, 2, { primaries: noiseless }).grey]).toEqual([130, 131]);
  });

  it('holds 257 times the 8-bit scale in 16 bits, of the same electrons', () => {
    const yields = Float32Array.from({ length: 64 * 48 }, (_, i) => 0.5 + i / 3000);
    const eight = detect(yields, 64, { primaries: 936 }).grey;
    const sixteen = detect(yields, 64, {
      primaries: 936,
      detector: { efficiency: 0.45, bitDepth: 16 },
    }).grey;
    expect(sixteen).toBeInstanceOf(Uint16Array);
    expect(Math.max(...sixteen)).toBe(65535);
    expect(Math.min(...sixteen)).toBe(0);
    for (let i = 0; i < eight.length; i++) {
      expect(Math.abs(sixteen[i]! / 257 - eight[i]!)).toBeLessThanOrEqual(0.5 + 1 / 514);
    }
  });

  it('refuses yields of another size than the region', () => {
    const region = { x: 0, y: 0, width: 5, height: 4 };
    const raster = { width: 8, height: 8, region };
    expect(() => detect(flat(1, 16), 4, { raster })).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: yields must hold 5 x 4 values. Received 16]`,
    );
  });
});

describe('measured imperfections, found again', () => {
  it('rows are offset by 0.42 +- 0.05 grey in a whole frame of merlin', () => {
    const width = 1024;
    const levels = { rowOffset: 0.42, noiseColour: 0.06, brightnessStep: 1.5, contrastStep: 2 };
    const primaries = 1872;
    const { grey } = detect(flat(1, width * 768), width, { primaries, levels });
    const noise = (298 ** 2 / (0.45 * primaries) + 1 / 12) * (1.06 ** 2 / (1 + 0.06 ** 2));
    const sd = Math.sqrt(stepSd(rowMeans(grey, width)) ** 2 - noise / width);
    expect(Math.abs(sd - 0.42)).toBeLessThan(0.05);
  });

  it('row offsets are white, and fall with the passes', () => {
    const frame = (passes: number) =>
      rowMeans(
        detect(flat(1, 200 * 3000), 200, {
          passes,
          primaries: 1e6,
          detector: { efficiency: 0.45, bitDepth: 16 },
          levels: { rowOffset: 0.42 },
        }).grey,
        200,
      ).map((mean) => mean / 257 - 130);
    const once = frame(1);
    expect(Math.abs(Math.sqrt(statistics(once).variance) / 0.42 - 1)).toBeLessThan(0.06);
    const neighbours = once.slice(1).map((mean, i) => mean * once[i]!);
    expect(Math.abs(statistics(neighbours).mean / statistics(once).variance)).toBeLessThan(0.08);
    const often = frame(4);
    expect(Math.abs(Math.sqrt(statistics(often).variance) / 0.21 - 1)).toBeLessThan(0.06);
  });

  it('row offsets belong to the row of the full raster', () => {
    const levels = { rowOffset: 5 };
    const full = rowMeans(detect(flat(1, 16 * 40), 16, { levels }).grey, 16);
    const region = { x: 4, y: 25, width: 8, height: 10 };
    const part = detect(flat(1, 80), 8, { levels, raster: { width: 16, height: 40, region } });
    expect(rowMeans(part.grey, 8)).toEqual(full.slice(25, 35));
  });

  it('electronics noise adds its variance, less for averages', () => {
    const variance = (passes: number) =>
      statistics(detect(flat(1, 90_000), 300, { passes, levels: { electronicsNoise: 6 } }).grey)
        .variance;
    expect(Math.abs((variance(1) - 1 / 12) / 36 - 1)).toBeLessThan(0.02);
    expect(Math.abs((variance(4) - 1 / 12) / 9 - 1)).toBeLessThan(0.02);
  });

  it('brightness steps by 1.5 % of the pedestal from frame to frame', () => {
    const means = Array.from(
      { length: 1000 },
      (_, seed) =>
        statistics(detect(flat(1, 16), 16, { seed, levels: { brightnessStep: 1.5 } }).grey).mean,
    );
    const { mean, variance } = statistics(means);
    expect(Math.abs(mean - 130)).toBeLessThan(0.6);
    expect(Math.abs(Math.sqrt(variance) / (0.015 * 298) - 1)).toBeLessThan(0.08);
  });

  it('contrast steps by 2 % about mid grey from frame to frame', () => {
    const yields = Float32Array.from({ length: 64 }, (_, i) => (i < 32 ? 0.7 : 1.3));
    const frames = Array.from({ length: 1000 }, (_, seed) => {
      const { grey } = detect(yields, 64, { seed, levels: { contrastStep: 2 } });
      const bright = statistics(grey.subarray(0, 32)).mean;
      const dark = statistics(grey.subarray(32)).mean;
      return { gain: (bright - dark) / (0.6 * 298), middle: (bright + dark) / 2 };
    });
    const gains = statistics(frames.map(({ gain }) => gain));
    expect(gains.mean).toBeCloseTo(1, 2);
    expect(Math.abs(Math.sqrt(gains.variance) / 0.02 - 1)).toBeLessThan(0.08);
    // Mid grey itself, 127.5, stays: the middle of 219.4 and 40.6 moves by 2 % of 2.5 only.
    expect(Math.sqrt(statistics(frames.map(({ middle }) => middle)).variance)).toBeLessThan(0.4);
  });

  it('a slow wave has the scale 1.1 grey and half its correlation within 0.2 to 0.3 frame', () => {
    const rows = 40;
    const detector = { efficiency: 0.45, bitDepth: 16 } as const;
    const waves = Array.from({ length: 700 }, (_, seed) => {
      const levels = { slowWave: 1.1 };
      const { grey, drawn } = detect(flat(1, 4 * rows), 4, { seed, detector, levels });
      const sd = drawn.slowWaveSdGrey as number;
      return { sd, values: rowMeans(grey, 4).map((mean) => mean / 257 - 130) };
    });
    const sds = waves.map(({ sd }) => sd);
    // Half-normal: mean sqrt(2 / pi) of the scale.
    expect(Math.abs(statistics(sds).mean / (1.1 * Math.sqrt(2 / Math.PI)) - 1)).toBeLessThan(0.1);
    const covariance = (lag: number) =>
      statistics(
        waves
          .filter(({ sd }) => sd > 0.1)
          .flatMap(({ sd, values }) =>
            values.slice(lag).map((value, i) => (value * values[i]!) / sd ** 2),
          ),
      ).mean;
    expect(Math.abs(covariance(0) - 1)).toBeLessThan(0.12);
    // exp(-t^2 / (2 * 0.25^2)) at 0.25 and 0.5 frame: 0.61 and 0.14.
    expect(Math.abs(covariance(10) / covariance(0) - 0.61)).toBeLessThan(0.08);
    expect(Math.abs(covariance(20) / covariance(0) - 0.14)).toBeLessThan(0.1);
    // It is smooth: no more than a few hundredths of its size from one row to the next.
    expect(covariance(1) / covariance(0)).toBeGreaterThan(0.99);
  });

  it('shading has 2 % rms of the pedestal, is a quadratic polynomial, and stays', () => {
    const [width, height] = [120, 90];
    const setting = (seed: number): Setting => ({
      seed,
      detector: { efficiency: 0.45, bitDepth: 16 },
      levels: { shading: 2 },
    });
    const { grey } = detect(flat(1, width * height), width, setting(1));
    const { mean, variance } = statistics(grey);
    expect(Math.abs(mean / 257 - 130)).toBeLessThan(0.01);
    expect(Math.abs(Math.sqrt(variance) / 257 / (0.02 * 298) - 1)).toBeLessThan(0.005);
    // Third differences of a quadratic polynomial vanish, along x as along y.
    const third = (i: number, step: number) =>
      grey[i + 3 * step]! - 3 * grey[i + 2 * step]! + 3 * grey[i + step]! - grey[i]!;
    for (let i = 0; i < 50; i++) {
      expect(Math.abs(third(i * width + i, 10))).toBeLessThanOrEqual(5);
      expect(Math.abs(third(i * width + i, 10 * width))).toBeLessThanOrEqual(5);
    }
    const again = detect(flat(1, width * height), width, setting(2));
    for (let i = 0; i < grey.length; i++)
      expect(Math.abs(again.grey[i]! - grey[i]!)).toBeLessThan(20);
    const region = { x: 70, y: 30, width: 20, height: 10 };
    const raster = { width, height, region };
    const part = detect(flat(1, 200), 20, { ...setting(3), raster });
    expect(Math.abs(part.grey[25]! - grey[31 * width + 75]!)).toBeLessThan(20);
  });

  it('the first exposure of a place is darker by 2.3 % of the pedestal', () => {
    const mean = (unexposedShare: number) => {
      const levels = { firstExposure: 2.3 };
      return statistics(detect(flat(1, 64), 64, { unexposedShare, levels }).grey).mean;
    };
    expect(mean(0) - mean(1)).toBeCloseTo(0.023 * 298, 0);
    expect(mean(0) - mean(0.5)).toBeCloseTo(0.0115 * 298, 0);
  });
});

describe('ablation', () => {
  const strong = {
    excessNoise: 0.5,
    noiseColour: 0.3,
    electronicsNoise: 3,
    rowOffset: 4,
    brightnessStep: 3,
    contrastStep: 5,
    slowWave: 3,
    firstExposure: 3,
    shading: 3,
  };
  const names = Object.keys(strong) as (keyof typeof strong)[];
  const yields = Float32Array.from({ length: 64 * 48 }, (_, i) => 0.9 + 0.004 * (i % 64));
  const frame = (levels: Partial<ImperfectionLevels>, reseeded?: ImperfectionName) =>
    detect(yields, 64, {
      primaries: 936,
      unexposedShare: 1,
      levels,
      stream: (name) => new RandomStream(name === reseeded ? 99 : 1, name),
      instrumentStream: (name) => new RandomStream(name === reseeded ? 99 : 7, name),
    });

  it.each(names)('%s changes the frame; off, nothing of it is left', (name) => {
    const off = { ...strong, [name]: 0 };
    expect(frame(off).grey).not.toEqual(frame(strong).grey);
    // Off, not even its random numbers matter: everything else is the same, bit for bit.
    expect(frame(off, name).grey).toEqual(frame(off).grey);
  });

  const drawing = [
    'electronicsNoise',
    'rowOffset',
    'brightnessStep',
    'contrastStep',
    'slowWave',
    'shading',
  ] as const;
  it.each(drawing)('%s has a random stream of its own', (name) => {
    expect(frame(strong, name).grey).not.toEqual(frame(strong).grey);
  });
});
