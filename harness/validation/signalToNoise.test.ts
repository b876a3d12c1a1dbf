import { describe, expect, it } from 'vitest';
import type { GreyPixels } from '../microscope/index.ts';
import { greyPixels, RandomStream } from '../numeric/index.ts';
import { signalToNoise } from './signalToNoise.ts';

const [width, height, pixelSizeNm] = [256, 192, 10] as const;

/** Waves of 20 rad/um in many directions, and white noise. */
function frame(amplitude: number, noiseSd: number, seed = 1): GreyPixels {
  const random = new RandomStream(seed, 'frame');
  const values = new Uint16Array(width * height);
  const waves = Array.from({ length: 12 }, (_, i) => {
    const angle = (Math.PI * (i + 0.5)) / 12;
    return { x: 0.2 * Math.cos(angle), y: 0.2 * Math.sin(angle), phase: i };
  });
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let value = 20_000;
      for (const wave of waves) value += amplitude * Math.sin(wave.x * x + wave.y * y + wave.phase);
      const noise =
        Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
      values[y * width + x] = value + noiseSd * noise;
    }
  }
  return greyPixels(values, width, height);
}

describe('signalToNoise', () => {
  it('is next to nothing for noise alone', () => {
    expect(signalToNoise(frame(0, 500), pixelSizeNm)).toBeLessThan(0.3);
  });

  it('goes with the power of the signal and against that of the noise', () => {
    const usual = signalToNoise(frame(100, 500), pixelSizeNm);
    expect(usual).toBeGreaterThan(3);
    const signal = signalToNoise(frame(200, 500), pixelSizeNm);
    const noise = signalToNoise(frame(100, 1000), pixelSizeNm);
    expect(signal / usual).toBeGreaterThan(3.3);
    expect(signal / usual).toBeLessThan(4.7);
    expect(usual / noise).toBeGreaterThan(3);
    expect(usual / noise).toBeLessThan(5);
  });

  it('does not depend on how grey values are scaled, nor on strides', () => {
    const whole = frame(100, 500);
    const doubled = greyPixels(
      (whole.data as Uint16Array).map((value) => 2 * value),
      width,
      height,
    );
    const ratio = signalToNoise(whole, pixelSizeNm);
    expect(signalToNoise(doubled, pixelSizeNm)).toBeCloseTo(ratio, 3);
    const part = whole.hi(height, width).lo(0, width - 192) as GreyPixels;
    const copy = new Uint16Array(192 * 192);
    for (let y = 0; y < 192; y++) {
      for (let x = 0; x < 192; x++) copy[y * 192 + x] = part.get(y, x);
    }
    expect(signalToNoise(part, pixelSizeNm)).toBe(
      signalToNoise(greyPixels(copy, 192, 192), pixelSizeNm),
    );
  });

  it('is refused for frames that are too small', () => {
    const small = greyPixels(new Uint8Array(40 * 40), 40, 40);
    expect(() => signalToNoise(small, pixelSizeNm)).toThrow(/at least 64 px. Received 40 x 40 px/);
    expect(signalToNoise(greyPixels(new Uint8Array(64 * 64), 64, 64), pixelSizeNm)).toBe(0);
  });
});
