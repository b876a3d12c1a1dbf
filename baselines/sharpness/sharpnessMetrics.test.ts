import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { syntheticPair } from '../../harness/algorithm/testing/syntheticPair.ts';
import type { GreyPixels } from '../../harness/microscope/index.ts';
import { greyPixels, RandomStream } from '../../harness/numeric/index.ts';
import fixtures from './fixtures/sharpness/sharpness.json' with { type: 'json' };
import { frameSharpness } from './frameSharpness.ts';
import {
  type SharpnessMetricName,
  sharpnessMetricNames,
  sharpnessMetrics,
} from './sharpnessMetrics.ts';

interface FrameOptions {
  readonly aUm?: number;
  readonly bUm?: number;
  readonly counts?: number;
  readonly seed?: number;
}

const made = new Map<string, GreyPixels>();

/** A frame of 256 x 192 px, 16 bit; without noise unless counts are given. Made once. */
function frameAt(
  zUm: number,
  { aUm = 0, bUm = 0, counts, seed = 3 }: FrameOptions = {},
): GreyPixels {
  const key = JSON.stringify([zUm, aUm, bUm, counts, seed]);
  const known = made.get(key);
  if (known !== undefined) return known;
  const { over } = syntheticPair({
    aberration: { zUm: zUm - 1, aUm, bUm },
    perturbationUm: 1,
    width: 256,
    height: 192,
    ...(counts !== undefined && { counts }),
    seed,
  });
  made.set(key, over);
  return over;
}

const sharpnessOf = (pixels: GreyPixels, name: SharpnessMetricName, lowPassPx = 2): number =>
  frameSharpness(pixels, sharpnessMetrics[name], lowPassPx).sharpness;

function mapped(pixels: GreyPixels, change: (value: number) => number): GreyPixels {
  const [height = 0, width = 0] = pixels.shape;
  return greyPixels(Uint16Array.from(pixels.data, change), width, height);
}

const relative = (value: number, reference: number) => Math.abs(value / reference - 1);

describe('sharpness metrics beside NumPy and SciPy', () => {
  const image = greyPixels(
    new Uint8Array(Buffer.from(fixtures.pixels, 'base64')),
    fixtures.width,
    fixtures.height,
  );

  it.each(fixtures.metrics)('$metric after $lowPassPx px, tile by tile', (reference) => {
    const metric = sharpnessMetrics[reference.metric as SharpnessMetricName];
    const { tiles, sharpness } = frameSharpness(image, metric, reference.lowPassPx);
    expect(tiles.length).toBe(reference.tiles.length);
    // Images are held in single precision here.
    const largest = Math.max(...reference.tiles.map(Math.abs));
    tiles.forEach((value, i) => {
      expect(Math.abs(value - (reference.tiles[i] ?? Number.NaN))).toBeLessThan(1e-4 * largest);
    });
    const mean = reference.tiles.reduce((sum, value) => sum + value, 0) / reference.tiles.length;
    expect(relative(sharpness, mean)).toBeLessThan(1e-4);
  });
});

describe.each(sharpnessMetricNames)('%s', (name) => {
  const blurred = frameAt(3);
  const before = sharpnessOf(blurred, name);

  it('does not change with contrast', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.3, max: 1, noNaN: true }), (gain) => {
        const after = sharpnessOf(
          mapped(blurred, (value) => gain * value),
          name,
        );
        expect(relative(after, before)).toBeLessThan(2e-3);
      }),
      { numRuns: 5 },
    );
  });

  it('falls with blur, whatever the image', () => {
    for (const seed of [1, 2, 3]) {
      const series = [0, 2, 4, 8, 12, 18].map((zUm) => sharpnessOf(frameAt(zUm, { seed }), name));
      expect(series).toEqual(series.toSorted((p, q) => q - p));
      expect(series.every((value) => value > 0)).toBe(true);
    }
  });

  it('falls with astigmatism', () => {
    expect(sharpnessOf(frameAt(0, { aUm: 4, bUm: 3 }), name)).toBeLessThan(
      sharpnessOf(frameAt(0), name),
    );
  });

  it('is blind to the sign of the aberration', () => {
    const there = sharpnessOf(frameAt(5, { aUm: 2, bUm: -3 }), name);
    const back = sharpnessOf(frameAt(-5, { aUm: -2, bUm: 3 }), name);
    expect(relative(back, there)).toBeLessThan(1e-3);
  });

  it.each(['white noise', 'offsets of rows'] as const)('finds nothing in %s', (kind) => {
    const metric = sharpnessMetrics[name];
    const scores = Array.from({ length: 6 }, (_, seed) => {
      const random = new RandomStream(seed, 'noise');
      const rows = Array.from({ length: 256 }, () => 2000 * random.normal());
      const data = Uint16Array.from({ length: 256 * 256 }, (_, i) =>
        kind === 'white noise' ? 30000 + 3000 * random.normal() : 30000 + (rows[i >> 8] ?? 0),
      );
      // Divided by brightness, which noise does not change.
      return frameSharpness(greyPixels(data, 256, 256), { ...metric, dividedBy: 'brightness' }, 2)
        .sharpness;
    });
    const mean = scores.reduce((sum, value) => sum + value, 0) / scores.length;
    const sd = Math.sqrt(scores.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 5);
    expect(Math.abs(mean)).toBeLessThan((4 * sd) / Math.sqrt(6));
  });
});

it.each(sharpnessMetricNames.filter((name) => sharpnessMetrics[name].dividedBy === 'contrast'))(
  '%s does not change with brightness or inversion of the grey scale',
  (name) => {
    const blurred = frameAt(3);
    const before = sharpnessOf(blurred, name);
    fc.assert(
      fc.property(fc.integer({ min: -5000, max: 5000 }), (offset) => {
        const brighter = mapped(blurred, (value) => value / 2 + 10000 + offset);
        const inverted = mapped(blurred, (value) => 50000 + offset - value / 2);
        expect(relative(sharpnessOf(brighter, name), before)).toBeLessThan(2e-3);
        expect(relative(sharpnessOf(inverted, name), before)).toBeLessThan(2e-3);
      }),
      { numRuns: 4 },
    );
  },
);

it('a low-pass of 2 px makes out of a measure of noise one of focus, at 210 counts per pixel', () => {
  // The variance of the Laplacian of the raw frames was flat: 8503, 8434, 8443, 8460.
  const frames = [0, 4, 8, 18].map((zUm) => frameAt(zUm, { counts: 210 }));
  const [raw = [], smooth = []] = [
    frames.map((pixels) => laplacianVariance(pixels)),
    frames.map((pixels) => sharpnessOf(pixels, 'laplacian')),
  ];
  expect(Math.max(...raw) / Math.min(...raw)).toBeLessThan(1.5);
  expect(smooth).toEqual(smooth.toSorted((p, q) => q - p));
  expect((smooth[0] ?? 0) / (smooth[2] ?? 0)).toBeGreaterThan(5);
});

/** Of the frame as it is, without low-pass. */
function laplacianVariance(pixels: GreyPixels): number {
  const [height = 0, width = 0] = pixels.shape;
  let sum = 0;
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const neighbours =
        pixels.get(y - 1, x) + pixels.get(y + 1, x) + pixels.get(y, x - 1) + pixels.get(y, x + 1);
      sum += (neighbours - 4 * pixels.get(y, x)) ** 2;
    }
  }
  return sum / ((height - 2) * (width - 2));
}

it('an offset of the grey scale changes the normalised variance, by definition', () => {
  const frame = frameAt(3);
  const brighter = mapped(frame, (value) => value + 5000);
  expect(sharpnessOf(brighter, 'normalised-variance')).toBeLessThan(
    0.9 * sharpnessOf(frame, 'normalised-variance'),
  );
});

describe('frameSharpness', () => {
  it('gives an empty frame no sharpness', () => {
    const empty = greyPixels(new Uint8Array(128 * 128).fill(9), 128, 128);
    for (const name of sharpnessMetricNames) expect(sharpnessOf(empty, name)).toBe(0);
  });

  it('refuses a frame that is too small for the low-pass', () => {
    const tiny = greyPixels(new Uint8Array(100 * 60), 100, 60);
    expect(() => sharpnessOf(tiny, 'brenner')).toThrow(
      /at least 64 px wide and high to be judged after a low-pass of 2 px. Received 100 x 60 px/,
    );
    const small = greyPixels(new Uint8Array(200 * 200), 200, 200);
    expect(() => sharpnessOf(small, 'brenner', 8)).toThrow(/at least 256 px/);
  });
});
