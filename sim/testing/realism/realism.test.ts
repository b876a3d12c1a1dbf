import { describe, expect, it } from 'vitest';
import { RandomStream, RealFft2 } from '../../../harness/numeric/index.ts';
import { gaussianBand } from './gaussianBand.ts';
import { greyMoments } from './greyMoments.ts';
import { patchContrast } from './patchContrast.ts';
import { radialSpectrum, shareOfVarianceBelow, spectrumSlope } from './radialSpectrum.ts';
import { tissueStatistics } from './tissueStatistics.ts';

const width = 512;
const height = 384;
/** Coarser than in real frames, so that even 2 rad/um is many waves. */
const pixelSizeNm = 40;

function whiteNoise(seed: number): Float32Array {
  const random = new RandomStream(seed, 'realism');
  return Float32Array.from({ length: width * height }, () => random.normal());
}

/** White noise whose 2-D power is multiplied by a function of the wave number. */
function shapedNoise(seed: number, powerAt: (kRadPerUm: number) => number): Float32Array {
  const fft = new RealFft2(width, height);
  const spectrum = fft.forward(whiteNoise(seed));
  const perPixelUm = (2000 * Math.PI) / pixelSizeNm;
  for (let column = 0; column <= width / 2; column++) {
    for (let row = 0; row < height; row++) {
      const k = perPixelUm * Math.hypot(column / width, Math.min(row, height - row) / height);
      const gain = k === 0 ? 0 : Math.sqrt(powerAt(k));
      const at = 2 * (column * height + row);
      spectrum.data[at] = spectrum.data[at]! * gain;
      spectrum.data[at + 1] = spectrum.data[at + 1]! * gain;
    }
  }
  return fft.inverse(spectrum);
}

describe('the spectrum of a field', () => {
  it.each([-1, -1.65, -2.3, -3])('has the slope %d that was put in', (slope) => {
    const field = shapedNoise(1, (k) => k ** slope);
    const spectrum = radialSpectrum(field, width, height, pixelSizeNm);
    expect(Math.abs(spectrumSlope(spectrum, 12, 40) - slope)).toBeLessThan(0.1);
    // Fewer waves.
    expect(Math.abs(spectrumSlope(spectrum, 2, 12) - slope)).toBeLessThan(0.15);
  });

  it('tells two slopes apart that meet at 12 rad/um', () => {
    const field = shapedNoise(2, (k) => (k / 12) ** (k < 12 ? -2.3 : -1.65));
    const spectrum = radialSpectrum(field, width, height, pixelSizeNm);
    expect(Math.abs(spectrumSlope(spectrum, 12, 40) + 1.65)).toBeLessThan(0.1);
    expect(Math.abs(spectrumSlope(spectrum, 2, 12) + 2.3)).toBeLessThan(0.15);
  });

  it('counts the share of the variance below a wave number', () => {
    // Equal power everywhere up to 60 rad/um: the share is the ratio of areas.
    const field = shapedNoise(3, (k) => (k < 60 ? 1 : 0));
    const spectrum = radialSpectrum(field, width, height, pixelSizeNm);
    expect(shareOfVarianceBelow(spectrum, 36)).toBeCloseTo(0.36, 2);
    expect(shareOfVarianceBelow(spectrum, 66)).toBeCloseTo(1, 4);
  });

  it('does not care for the mean', () => {
    const field = shapedNoise(4, (k) => k ** -2);
    const lifted = field.map((value) => value + 3);
    const slope = (of: Float32Array) =>
      spectrumSlope(radialSpectrum(of, width, height, pixelSizeNm), 2, 40);
    expect(slope(lifted)).toBeCloseTo(slope(field), 3);
  });
});

describe('the distribution of grey', () => {
  it('is that of a normal, a uniform and an exponential field', () => {
    const normal = greyMoments(whiteNoise(5));
    expect(normal.mean).toBeCloseTo(0, 1);
    expect(normal.sd).toBeCloseTo(1, 1);
    expect(normal.skewness).toBeCloseTo(0, 1);
    expect(Math.abs(normal.excessKurtosis)).toBeLessThan(0.1);
    const random = new RandomStream(6, 'realism');
    const uniform = Float32Array.from({ length: 2e5 }, () => random.uniform());
    expect(greyMoments(uniform).excessKurtosis).toBeCloseTo(-1.2, 1);
    const exponential = greyMoments(uniform.map((value) => Math.log(1 - value)));
    expect(exponential.skewness).toBeCloseTo(-2, 1);
    expect(Math.abs(exponential.excessKurtosis - 6)).toBeLessThan(0.5);
  });

  it('is refused for a field that does not vary', () => {
    expect(() => greyMoments(new Float32Array(10).fill(3))).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: the values must vary. Received 10 x 3]`,
    );
  });
});

describe('the band between two Gaussians', () => {
  it('passes a wave with the difference of their transfer functions', () => {
    const period = 32;
    const wave = Float32Array.from({ length: width * height }, (_, at) =>
      Math.cos((2 * Math.PI * (at % width)) / period),
    );
    const band = gaussianBand(wave, width, height, 2, 8);
    const k = (2 * Math.PI) / period;
    const gain = Math.exp(-((k * 2) ** 2) / 2) - Math.exp(-((k * 8) ** 2) / 2);
    for (let column = 64; column < width - 64; column += 7) {
      const at = 100 * width + column;
      expect(band[at]).toBeCloseTo(gain * wave[at]!, 3);
    }
  });

  it('takes the mean off, up to the edges', () => {
    const flat = new Float32Array(width * height).fill(130);
    const band = gaussianBand(flat, width, height, 2, 8);
    expect(Math.max(...band.subarray(0, 5000).map(Math.abs))).toBeLessThan(1e-3);
    expect(Math.max(...band.subarray(-5000).map(Math.abs))).toBeLessThan(1e-3);
  });

  it('refuses scales in the wrong order', () => {
    expect(() => gaussianBand(new Float32Array(16), 4, 4, 8, 2)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: a band needs 0 < fineSigmaPx < coarseSigmaPx. Received 8 and 2]`,
    );
  });
});

describe('contrast patch by patch', () => {
  it('finds the quantiles of an amplitude that differs from patch to patch', () => {
    const patchPx = 64;
    // 48 patches with amplitudes 1..48: white noise of that standard deviation in each.
    const perRow = width / patchPx;
    const field = whiteNoise(7).map((value, at) => {
      const column = Math.floor((at % width) / patchPx);
      const row = Math.floor(at / width / patchPx);
      return value * (1 + row * perRow + column);
    });
    const contrast = patchContrast(field, width, height, patchPx, 5.5);
    expect(Math.abs(contrast.median - 24.5)).toBeLessThan(0.8);
    expect(Math.abs(contrast.p5 - 3.35)).toBeLessThan(0.2);
    expect(Math.abs(contrast.p95 - 45.65)).toBeLessThan(1.2);
    expect(Math.abs(contrast.max - 48)).toBeLessThan(2);
    expect(contrast.lowShare).toBeCloseTo(5 / 48, 6);
  });

  it('refuses patches larger than the field', () => {
    expect(() =>
      patchContrast(new Float32Array(64), 8, 8, 9, 1),
    ).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: patchPx must fit into 8 x 8 px. Received 9]`,
    );
  });
});

describe('all statistics together', () => {
  it('those of a Gaussian field follow from its spectrum', () => {
    const raw = shapedNoise(8, (k) => k ** -1.65);
    const { sd } = greyMoments(raw);
    const yields = raw.map((value) => 1 + (0.15 * value) / sd);
    const all = tissueStatistics(yields, width, height, pixelSizeNm);
    expect(all.meanGrey).toBeCloseTo(130, 0);
    expect(all.contrastPercent).toBeCloseTo(15, 0);
    expect(Math.abs(all.skewness)).toBeLessThan(0.2);
    expect(Math.abs(all.bandExcessKurtosis)).toBeLessThan(0.2);
    expect(Math.abs(all.slopeFine + 1.65)).toBeLessThan(0.1);
    expect(all.patches128.p95 / all.patches128.median).toBeLessThan(1.2);
    expect(all.patches128.lowShare).toBe(0);
  });

  it('counts what lies below black', () => {
    // Yields above 428 / 298 = 1.436 are clipped: here a tenth of the rows.
    const yields = Float32Array.from({ length: width * height }, (_, at) =>
      at < 0.1 * width * height ? 1.5 : 0.9 + 0.01 * (at % 2),
    );
    const { clippedPercent, skewness } = tissueStatistics(yields, width, height, pixelSizeNm);
    expect(clippedPercent).toBeCloseTo(10, 1);
    expect(skewness).toBeLessThan(-2);
  });
});
