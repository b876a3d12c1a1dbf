import type { Aberration, Calibration } from '../../microscope/index.ts';
import { greyPixels, jinc, RandomStream, RealFft2 } from '../../numeric/index.ts';
import type { PerturbedPair } from '../PairEstimator.ts';
import { merlinCalibration } from './merlinCalibration.ts';

/** What a synthetic pair is made of. */
export interface SyntheticPairOptions {
  readonly aberration: Aberration;
  /** 5 where left out. */
  readonly perturbationUm?: number;
  /** Those of {@link merlinCalibration} where left out. */
  readonly optics?: Pick<Calibration, 'convergenceMrad' | 'psf'>;
  readonly width: number;
  readonly height: number;
  /** Effective counts per pixel; no noise where left out. */
  readonly counts?: number;
  /** Displacement of the over frame against the under frame, px. */
  readonly shiftPx?: { readonly x: number; readonly y: number };
  /** Contrast of the over frame relative to the under frame. */
  readonly gain?: number;
  readonly seed: number;
}

const margin = 64;
const pixelSizeNm = 10;

/**
 * A pair of frames for tests of estimators: a random field with a power-law spectrum and sparse
 * dark bodies, blurred on a larger grid. Written from the equations, apart from the simulator,
 * which algorithms cannot import; 16 bit, so that rounding does not limit noise-free tests.
 */
export function syntheticPair(options: SyntheticPairOptions): PerturbedPair {
  const { width, height, aberration, perturbationUm = 5, optics = merlinCalibration } = options;
  const gridWidth = gridLength(width);
  const gridHeight = gridLength(height);
  const fft = new RealFft2(gridWidth, gridHeight);
  const field = fft.forward(specimen(gridWidth, gridHeight, fft, options.seed));
  const frame = (index: number, z: number, shift: { x: number; y: number }, gain: number) => {
    const spectrum = fft.createSpectrum();
    const step = (2 * Math.PI) / (pixelSizeNm * 1e-3);
    for (let nx = 0; nx <= gridWidth / 2; nx++) {
      for (let ny = 0; ny < gridHeight; ny++) {
        const my = ny < gridHeight / 2 ? ny : ny - gridHeight;
        const kx = (nx / gridWidth) * step;
        const ky = (my / gridHeight) * step;
        const u = (z - aberration.aUm) * kx - aberration.bUm * ky;
        const v = (z + aberration.aUm) * ky - aberration.bUm * kx;
        const x = optics.convergenceMrad * 1e-3 * Math.hypot(u, v);
        const m = optics.psf === 'disc' ? jinc(x) : Math.exp((-x * x) / 8);
        const phase = -2 * Math.PI * ((nx * shift.x) / gridWidth + (my * shift.y) / gridHeight);
        const i = 2 * (nx * gridHeight + ny);
        const re = field.data[i] ?? 0;
        const im = field.data[i + 1] ?? 0;
        spectrum.data[i] = m * (re * Math.cos(phase) - im * Math.sin(phase));
        spectrum.data[i + 1] = m * (re * Math.sin(phase) + im * Math.cos(phase));
      }
    }
    const blurred = fft.inverse(spectrum);
    const noise = new RandomStream(options.seed, 'noise', index);
    const data = new Uint16Array(width * height);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const signal = 1 + 0.15 * gain * (blurred[(margin + y) * gridWidth + margin + x] ?? 0);
        const noisy =
          options.counts === undefined
            ? signal
            : signal + Math.sqrt(Math.max(signal, 0) / options.counts) * noise.normal();
        data[y * width + x] = Math.min(Math.max(Math.round(30000 * (2 - noisy)), 0), 65535);
      }
    }
    return greyPixels(data, width, height);
  };
  const { x = 0, y = 0 } = options.shiftPx ?? {};
  return {
    under: frame(0, aberration.zUm - perturbationUm, { x: -x / 2, y: -y / 2 }, 1),
    over: frame(1, aberration.zUm + perturbationUm, { x: x / 2, y: y / 2 }, options.gain ?? 1),
    pixelSizeNm,
    perturbationUm,
  };
}

function gridLength(length: number): number {
  const needed = length + 2 * margin;
  return [256, 384, 512, 768, 1024, 1536, 2048, 3072].find((size) => size >= needed) ?? 4096;
}

/** Zero mean, unit variance: spectrum |k|^-2.3, then dark bodies where a smooth field is high. */
function specimen(width: number, height: number, fft: RealFft2, seed: number): Float32Array {
  const fine = randomField(width, height, fft, new RandomStream(seed, 'fine'), 1.15, 0);
  const bodies = randomField(width, height, fft, new RandomStream(seed, 'bodies'), 0, 0.05);
  const sum = fine.map((value, i) => value + ((bodies[i] ?? 0) > 1.6 ? 2.5 : 0));
  const mean = sum.reduce((total, value) => total + value, 0) / sum.length;
  const sd = Math.sqrt(sum.reduce((total, value) => total + (value - mean) ** 2, 0) / sum.length);
  return sum.map((value) => (value - mean) / sd);
}

/** Filtered white noise of unit variance: amplitude |f|^-slope, Gaussian cut-off at `width` cycles/px. */
function randomField(
  width: number,
  height: number,
  fft: RealFft2,
  random: RandomStream,
  slope: number,
  cutOff: number,
): Float32Array {
  const white = Float32Array.from({ length: width * height }, () => random.normal());
  const spectrum = fft.forward(white);
  for (let nx = 0; nx <= width / 2; nx++) {
    for (let ny = 0; ny < height; ny++) {
      const f = Math.hypot(nx / width, (ny < height / 2 ? ny : ny - height) / height);
      const tail = cutOff > 0 ? Math.exp(-0.5 * (f / cutOff) ** 2 * 25) : 1;
      const gain = f === 0 ? 0 : Math.max(f, 2 / width) ** -slope * tail;
      const i = 2 * (nx * height + ny);
      spectrum.data[i] = (spectrum.data[i] ?? 0) * gain;
      spectrum.data[i + 1] = (spectrum.data[i + 1] ?? 0) * gain;
    }
  }
  const field = fft.inverse(spectrum);
  const sd = Math.sqrt(field.reduce((total, value) => total + value * value, 0) / field.length);
  return field.map((value) => value / sd);
}
