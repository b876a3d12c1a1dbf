import { describe, expect, it } from 'vitest';
import { cropOfImage, phaseCorrelation, RandomStream } from '../../harness/numeric/index.ts';
import type { ImperfectionLevels } from '../presets/imperfections.ts';
import { presetNamed } from '../presets/presets.ts';
import { noImperfections } from '../testing/noImperfections.ts';
import { drift } from './drift.ts';
import { resampleFrame, resamplePaddingPx } from './resampleFrame.ts';
import { type ScanDisplacement, scanDisplacement } from './scanDisplacement.ts';
import { scanTiming } from './scanTiming.ts';

const { scan } = presetNamed('merlin');

function displace(
  width: number,
  height: number,
  levels: Partial<ImperfectionLevels>,
  dwellTimeNs = 200,
  magnificationFactor = 1,
) {
  const own = (name: string) => new RandomStream(6, name);
  const all = { ...noImperfections, ...levels };
  return scanDisplacement({
    raster: { width, height, region: { x: 0, y: 0, width, height } },
    pixelSizeNm: 10,
    timing: scanTiming(width, height, dwellTimeNs, scan),
    startTimeS: 0,
    levels: all,
    drift: drift(all, own),
    stream: own,
    instrumentStream: own,
    rotationDeg: 0,
    magnificationFactor,
  });
}

/** A sum of sines in all directions, known everywhere: mean 2, variance 0.1. */
function texture(shortestPeriodPx: number, seed = 1, count = 80) {
  const random = new RandomStream(seed, 'texture');
  const largestK = (2 * Math.PI) / shortestPeriodPx;
  const waves = Array.from({ length: count }, () => {
    const angle = random.uniformBetween(0, 2 * Math.PI);
    const k = largestK * Math.sqrt(random.uniformBetween(0.01, 1));
    const phase = random.uniformBetween(0, 2 * Math.PI);
    return { kx: k * Math.cos(angle), ky: k * Math.sin(angle), phase };
  });
  const amplitude = Math.sqrt(0.2 / count);
  return (x: number, y: number) =>
    waves.reduce(
      (sum, { kx, ky, phase }) => sum + amplitude * Math.sin(kx * x + ky * y + phase),
      2,
    );
}

function rasterise(
  value: (x: number, y: number) => number,
  width: number,
  height: number,
  padPx: number,
): Float32Array {
  const fullWidth = width + 2 * padPx;
  return Float32Array.from({ length: fullWidth * (height + 2 * padPx) }, (_, i) =>
    value((i % fullWidth) - padPx, Math.floor(i / fullWidth) - padPx),
  );
}

/** The frame that a displacement makes of a known field. */
function resampled(value: (x: number, y: number) => number, displacement: ScanDisplacement) {
  const { width, height } = displacement;
  const padPx = resamplePaddingPx(displacement);
  const padded = rasterise(value, width, height, padPx);
  return resampleFrame(padded, width + 2 * padPx, height + 2 * padPx, padPx, displacement);
}

describe('resampling', () => {
  it('copies exactly where nothing moves, whatever the margin', () => {
    const still = displace(40, 30, {});
    expect(resamplePaddingPx(still)).toBe(0);
    const value = texture(4);
    const padded = rasterise(value, 40, 30, 3);
    expect(resampleFrame(padded, 46, 36, 3, still)).toEqual(rasterise(value, 40, 30, 0));
  });

  it.each([
    {
      what: 'realistic',
      levels: {
        magnificationError: 0.24,
        affineError: 0.15,
        smoothDistortion: 0.1,
        driftInFrame: 1,
        vibration: 0.7,
        mainsField: 0.7,
        rowJitterX: 0.06,
        rowJitterY: 0.05,
      },
      error: 0.003,
    },
    { what: 'large jitter', levels: { rowJitterX: 5, rowJitterY: 5 }, error: 0.005 },
    {
      what: 'strong distortion',
      levels: { smoothDistortion: 2, magnificationError: 20, affineError: 20 },
      error: 0.006,
    },
    { what: 'fly-back', levels: { flyback: 0.2, affineError: 1 }, error: 0.005 },
  ])('shows a known field where the beam was: $what', ({ levels, error }) => {
    const [width, height] = [120, 90];
    const displacement = displace(width, height, levels);
    // The finest wave is at half the Nyquist frequency.
    const value = texture(4);
    const found = resampled(value, displacement);
    const dx = new Float32Array(width);
    const dy = new Float32Array(width);
    let squares = 0;
    let unmoved = 0;
    for (let y = 0; y < height; y++) {
      displacement.row(y, dx, dy);
      for (let x = 0; x < width; x++) {
        const expected = value(x + dx[x]!, y + dy[x]!);
        squares += (found[y * width + x]! - expected) ** 2;
        unmoved += (value(x, y) - expected) ** 2;
      }
    }
    const contrast = Math.sqrt(0.1 * width * height);
    expect(Math.sqrt(squares) / contrast).toBeLessThan(error);
    expect(Math.sqrt(unmoved) / contrast).toBeGreaterThan(0.03);
  });

  it('keeps a flat field flat and never falls below 0', () => {
    const displacement = displace(64, 48, { rowJitterX: 1, rowJitterY: 1, affineError: 5 });
    for (const value of resampled(() => 0.85, displacement)) expect(value).toBeCloseTo(0.85, 6);
    const points = resampled((x, y) => (x % 9 === 0 && y % 7 === 0 ? 5 : 0), displacement);
    expect(Math.min(...points)).toBe(0);
    expect(Math.max(...points)).toBeGreaterThan(2);
  });

  it('takes the same values with a wider margin', () => {
    const displacement = displace(50, 40, { rowJitterX: 1, smoothDistortion: 0.5 });
    const padPx = resamplePaddingPx(displacement) + 9;
    const padded = rasterise(texture(4), 50, 40, padPx);
    const wide = resampleFrame(padded, 50 + 2 * padPx, 40 + 2 * padPx, padPx, displacement);
    expect(wide).toEqual(resampled(texture(4), displacement));
  });

  it('refuses a margin that is too small or an image of another size', () => {
    const displacement = displace(40, 30, { rowJitterX: 1 });
    const needed = resamplePaddingPx(displacement);
    const small = needed - 1;
    const padded = new Float32Array((40 + 2 * small) * (30 + 2 * small));
    expect(() =>
      resampleFrame(padded, 40 + 2 * small, 30 + 2 * small, small, displacement),
    ).toThrow(`padPx must be at least ${needed} px. Received ${small}`);
    expect(() => resampleFrame(padded, 40, 30, small, displacement)).toThrow(RangeError);
  });
});

/** Displacement along x of every row of `frame` against `plain`, from the phases of their spectra. */
function rowShifts(plain: Float32Array, frame: Float32Array, width: number): number[] {
  return Array.from({ length: plain.length / width }, (_, row) => {
    let slope = 0;
    let weight = 0;
    for (let n = 2; n < width / 8; n++) {
      const k = (2 * Math.PI * n) / width;
      let [aRe, aIm, bRe, bIm] = [0, 0, 0, 0];
      for (let x = 0; x < width; x++) {
        const window = Math.sin((Math.PI * (x + 0.5)) / width) ** 2;
        const [cosine, sine] = [Math.cos(k * x) * window, Math.sin(k * x) * window];
        const [a, b] = [plain[row * width + x]! - 2, frame[row * width + x]! - 2];
        aRe += a * cosine;
        aIm -= a * sine;
        bRe += b * cosine;
        bIm -= b * sine;
      }
      const power = aRe * aRe + aIm * aIm;
      // A point at x + d of the field appears at x: the phase advances by k d.
      slope += power * k * Math.atan2(bIm * aRe - bRe * aIm, bRe * aRe + bIm * aIm);
      weight += power * k * k;
    }
    return slope / weight;
  });
}

describe('what a registration finds in the frames', () => {
  const value = texture(6, 3, 60);

  it('row jitter of 0.12 px, by the phases of every row', () => {
    const [width, height] = [128, 160];
    const displacement = displace(width, height, { rowJitterX: 0.12 });
    const plain = rasterise(value, width, height, 0);
    const shifts = rowShifts(plain, resampled(value, displacement), width);
    const sd = Math.sqrt(shifts.reduce((sum, shift) => sum + shift * shift, 0) / height);
    // 160 rows: a standard error of 6 %.
    expect(Math.abs(sd / 0.12 - 1)).toBeLessThan(0.15);
    const dx = new Float32Array(width);
    const dy = new Float32Array(width);
    for (const [row, shift] of shifts.entries()) {
      displacement.row(row, dx, dy);
      expect(Math.abs(shift - dx[64]!)).toBeLessThan(0.005);
    }
  });

  it('the lines of the mains, at their true frequencies, in the Fourier transform of the shifts', () => {
    const [width, height] = [96, 384];
    // Rows of 1.3 ms: 25 periods of 50 Hz in the frame.
    const dwellTimeNs = 12_000;
    const { rowS } = scanTiming(width, height, dwellTimeNs, scan);
    const displacement = displace(width, height, { mainsField: 3 }, dwellTimeNs);
    // Upright stripes, which motion along y leaves as they are.
    const stripes = (x: number) => value(x, 0);
    const plain = rasterise(stripes, width, height, 0);
    const shifts = rowShifts(plain, resampled(stripes, displacement), width);
    const amplitudeAt = (frequencyHz: number) => {
      let [re, im] = [0, 0];
      for (const [row, shift] of shifts.entries()) {
        const window = 2 * Math.sin((Math.PI * (row + 0.5)) / height) ** 2;
        re += shift * window * Math.cos(2 * Math.PI * frequencyHz * row * rowS);
        im += shift * window * Math.sin(2 * Math.PI * frequencyHz * row * rowS);
      }
      return (2 * Math.hypot(re, im)) / height;
    };
    const frequencies = Array.from({ length: 700 }, (_, i) => 10 + 0.25 * i);
    const strongest = frequencies.reduce((best, frequencyHz) =>
      amplitudeAt(frequencyHz) > amplitudeAt(best) ? frequencyHz : best,
    );
    expect(Math.abs(strongest - 50)).toBeLessThanOrEqual(0.5);
    const [at50 = 0, at150 = 0] = displacement.drawn.vibrationXNm as readonly number[];
    // The row takes 1.2 ms, over which the window of the estimator averages: a few per cent.
    expect(Math.abs(amplitudeAt(50) / (Math.abs(at50) / 10) - 1)).toBeLessThan(0.05);
    expect(Math.abs(amplitudeAt(150) / (Math.abs(at150) / 10) - 1)).toBeLessThan(0.25);
    expect(amplitudeAt(100)).toBeLessThan(0.05 * amplitudeAt(50));
  });

  it('an affine error, by the shifts of four patches', () => {
    const [width, height, patch] = [320, 256, 96];
    const displacement = displace(width, height, { affineError: 8 }, 200, 1.01);
    const drawn = displacement.drawn as Record<string, number>;
    const plain = { width, height, data: rasterise(value, width, height, 0) };
    const frame = { width, height, data: resampled(value, displacement) };
    const shiftAt = (x: number, y: number) => {
      const region = { x, y, width: patch, height: patch };
      const search = { expectedXPx: 0, expectedYPx: 0, searchRadiusPx: 8 };
      return phaseCorrelation(cropOfImage(frame, region), cropOfImage(plain, region), search);
    };
    const [right, bottom] = [width - patch, height - patch];
    const [a, b, c] = [shiftAt(0, 0), shiftAt(right, 0), shiftAt(0, bottom)];
    // What the displaced frame shows at (x, y) lies at (x + dx, y + dy) of the plain one.
    const xx = (b.xPx - a.xPx) / right;
    const yx = (b.yPx - a.yPx) / right;
    const xy = (c.xPx - a.xPx) / bottom;
    const yy = (c.yPx - a.yPx) / bottom;
    expect(Math.abs((xx + yy) / 2 - (1 / 1.01 - 1))).toBeLessThan(5e-4);
    expect(Math.abs((yx - xy) / 2 - drawn.rotationMrad! * 1e-3)).toBeLessThan(5e-4);
    expect(Math.abs(yx + xy - drawn.shearMrad! * 1e-3)).toBeLessThan(1e-3);
    expect(Math.abs(xx - yy - drawn.anisotropy!)).toBeLessThan(1e-3);
  });
});
