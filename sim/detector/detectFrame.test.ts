import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../harness/numeric/index.ts';
import { presetNamed } from '../presets/presets.ts';
import { type DetectorStreams, detectFrame } from './detectFrame.ts';

const merlin = presetNamed('merlin').detector;
/** Poisson noise and nothing else. */
const plain = presetNamed('ideal').detector;
/** So many primaries that the Poisson noise is far below one grey value. */
const noiseless = 1e9;

const streams = (seed = 1): DetectorStreams => ({
  noise: new RandomStream(seed, 'noise'),
  rows: new RandomStream(seed, 'rows'),
  brightness: new RandomStream(seed, 'brightness'),
});

const flat = (value: number, pixels: number) => new Float32Array(pixels).fill(value);

function statistics(values: ArrayLike<number>) {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  const mean = sum / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i]! - mean) ** 2;
  return { mean, variance: squares / (values.length - 1) };
}

const rowMeans = (grey: Uint8Array, width: number) =>
  Array.from(
    { length: grey.length / width },
    (_, row) => statistics(grey.subarray(row * width, (row + 1) * width)).mean,
  );

describe('noise law', () => {
  it.each([
    { primaries: 468, relativeYield: 0.85 },
    { primaries: 468, relativeYield: 1 },
    { primaries: 936, relativeYield: 1.15 },
    { primaries: 1872, relativeYield: 1 },
    { primaries: 7490, relativeYield: 0.8 },
  ])(
    'mean P - 298 y and variance G (P - grey) at $primaries e/px and yield $relativeYield',
    (one) => {
      const pixels = 250_000;
      const grey = detectFrame(
        flat(one.relativeYield, pixels),
        500,
        one.primaries,
        plain,
        streams(),
      );
      const { mean, variance } = statistics(grey);
      const expectedMean = 428 - 298 * one.relativeYield;
      // 298 grey are the counts at yield 1: G grey per count.
      const gain = 298 / (0.45 * one.primaries);
      const rounding = 1 / 12;
      expect(Math.abs(mean - expectedMean)).toBeLessThan(0.2);
      expect(Math.abs(variance / (gain * (428 - expectedMean) + rounding) - 1)).toBeLessThan(0.012);
    },
  );

  it('has the mean grey 130 at yield 1, at every dose', () => {
    for (const primaries of [468, 1872, 7490, noiseless]) {
      const grey = detectFrame(flat(1, 40_000), 200, primaries, plain, streams());
      expect(Math.abs(statistics(grey).mean - 130)).toBeLessThan(0.4);
    }
  });

  it('keeps mean and variance when the noise is coloured', () => {
    const grey = detectFrame(
      flat(1, 250_000),
      500,
      936,
      { ...plain, noiseColour: 0.06 },
      streams(),
    );
    const { mean, variance } = statistics(grey);
    expect(Math.abs(mean - 130)).toBeLessThan(0.2);
    expect(Math.abs(variance / ((298 * 298) / (0.45 * 936) + 1 / 12) - 1)).toBeLessThan(0.012);
  });

  it('correlates by 0.06 with the neighbour along x and not at all along y', () => {
    const width = 500;
    const grey = detectFrame(
      flat(1, 250_000),
      width,
      936,
      { ...plain, noiseColour: 0.06 },
      streams(),
    );
    const { mean, variance } = statistics(grey);
    const correlation = (lag: number) => {
      let sum = 0;
      for (let i = 0; i + lag < grey.length; i++)
        sum += (grey[i]! - mean) * (grey[i + lag]! - mean);
      return sum / (grey.length - lag) / variance;
    };
    // Four standard errors of a correlation of 250 000 pairs are 0.008.
    expect(Math.abs(correlation(1) - 0.06)).toBeLessThan(0.008);
    expect(Math.abs(correlation(2))).toBeLessThan(0.008);
    expect(Math.abs(correlation(width))).toBeLessThan(0.008);
  });

  it('does not carry noise from the end of a line into the next', () => {
    const coloured = detectFrame(flat(1, 4000), 1, 936, { ...plain, noiseColour: 0.5 }, streams());
    const white = detectFrame(flat(1, 4000), 1, 936, plain, streams());
    const ratio = statistics(coloured).variance / statistics(white).variance;
    // The first pixel of a line has its own noise alone, less the 1 / (1 + c^2) of the mixture.
    expect(ratio).toBeCloseTo(1 / 1.25, 2);
  });
});

describe('grey scale', () => {
  it('is inverted: what emits more is darker', () => {
    const grey = detectFrame(Float32Array.of(0.8, 0.9, 1, 1.1), 4, noiseless, plain, streams());
    expect([...grey]).toEqual([190, 160, 130, 100]);
  });

  it('is clipped to 0 and 255, never wrapped', () => {
    const grey = detectFrame(Float32Array.of(0, 0.5, 1.5, 3), 4, noiseless, plain, streams());
    expect([...grey]).toEqual([255, 255, 0, 0]);
  });

  it('rounds to the nearest grey value', () => {
    const grey = detectFrame(
      Float32Array.of(1 - 0.4 / 298, 1 - 0.6 / 298),
      2,
      noiseless * 1e3,
      plain,
      streams(),
    );
    expect([...grey]).toEqual([130, 131]);
  });
});

describe('imperfections', () => {
  it('rows are offset by 0.42 grey, each its own', () => {
    const width = 200;
    const primaries = 20_000;
    const detector = { ...plain, rowOffsetGrey: merlin.rowOffsetGrey };
    const grey = detectFrame(flat(1, width * 3000), width, primaries, detector, streams());
    const means = rowMeans(grey, width);
    const withinRow = (298 * 298) / (0.45 * primaries) + 1 / 12;
    const { variance } = statistics(means);
    const sd = Math.sqrt(variance - withinRow / width);
    expect(Math.abs(sd / 0.42 - 1)).toBeLessThan(0.06);
    const neighbours = means.slice(1).map((mean, i) => (mean - 130) * (means[i]! - 130));
    expect(Math.abs(statistics(neighbours).mean / variance)).toBeLessThan(0.08);
  });

  it('brightness steps by 1.5 % of the pedestal from frame to frame', () => {
    const detector = { ...plain, brightnessStepPercent: merlin.brightnessStepPercent };
    const means = Array.from(
      { length: 1000 },
      (_, seed) =>
        detectFrame(flat(1, 16), 16, 1e5, detector, streams(seed)).reduce(
          (sum, value) => sum + value,
          0,
        ) / 16,
    );
    const { mean, variance } = statistics(means);
    expect(Math.abs(mean - 130)).toBeLessThan(0.6);
    expect(Math.abs(Math.sqrt(variance) / (0.015 * 298) - 1)).toBeLessThan(0.08);
  });

  it('contrast steps by 2 % about mid grey from frame to frame', () => {
    const detector = { ...plain, contrastStepPercent: merlin.contrastStepPercent };
    const yields = Float32Array.from({ length: 64 }, (_, i) => (i < 32 ? 0.7 : 1.3));
    const frames = Array.from({ length: 1000 }, (_, seed) => {
      const grey = detectFrame(yields, 64, 1e5, detector, streams(seed));
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

  const imperfections = [
    'noiseColour',
    'rowOffsetGrey',
    'brightnessStepPercent',
    'contrastStepPercent',
  ] as const;

  it.each(imperfections)('%s changes the frame, and switched off alone no other draw', (name) => {
    const yields = Float32Array.from({ length: 64 * 48 }, (_, i) => 0.9 + 0.004 * (i % 64));
    const strong = {
      ...plain,
      noiseColour: 0.3,
      rowOffsetGrey: 4,
      brightnessStepPercent: 3,
      contrastStepPercent: 5,
    };
    const all = streams();
    const without = streams();
    const full = detectFrame(yields, 64, 936, strong, all);
    const ablated = detectFrame(yields, 64, 936, { ...strong, [name]: 0 }, without);
    expect(ablated).not.toEqual(full);
    for (const stream of ['noise', 'rows', 'brightness'] as const) {
      expect(without[stream].nextInt32()).toBe(all[stream].nextInt32());
    }
    // What is left is the noise of the same electrons.
    const others = imperfections.filter((other) => other !== name);
    const off = Object.fromEntries(others.map((other) => [other, 0]));
    const only = detectFrame(yields, 64, 936, { ...strong, ...off }, streams());
    const none = detectFrame(yields, 64, 936, plain, streams());
    let left = 0;
    for (let i = 0; i < full.length; i++) {
      left = Math.max(left, Math.abs(full[i]! - ablated[i]! - (only[i]! - none[i]!)));
    }
    // Effects add up but for rounding, clipping being far away, and the contrast that scales them.
    expect(left).toBeLessThan(name === 'noiseColour' || name === 'contrastStepPercent' ? 10 : 4);
  });
});
