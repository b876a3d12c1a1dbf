import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../harness/numeric/index.ts';
import { ringSpectrum } from './index.ts';

function picture(width: number, height: number, valueAt: (x: number, y: number) => number) {
  const data = Float32Array.from({ length: width * height }, (_, i) =>
    valueAt(i % width, Math.floor(i / width)),
  );
  return { width, height, data };
}

/** Largest wave vector along an axis at 10 nm pixels, rad/um. */
const nyquist = Math.PI / 0.01;

describe('the power of rings', () => {
  const random = new RandomStream(7100, 'white');
  const white = picture(640, 400, () => 5 + 0.3 * random.normal());

  it('is the variance for white noise, at every wave vector', () => {
    const power = ringSpectrum(white, 10);
    let sum = 0;
    for (let i = 1; i <= 20; i++) {
      const k = (i / 20) * nyquist;
      // The smallest ring looked at holds some 60 numbers of two overlapping tiles.
      expect(power(k * 0.6, -k * 0.8) / 0.09).toBeGreaterThan(0.7);
      expect(power(k * 0.6, -k * 0.8) / 0.09).toBeLessThan(1.3);
      sum += power(k, 0);
    }
    expect(sum / 20 / 0.09).toBeGreaterThan(0.98);
    expect(sum / 20 / 0.09).toBeLessThan(1.02);
  });

  it('does not depend on the mean, and goes with the square of the contrast', () => {
    const twice = picture(640, 400, (x, y) => 100 + 2 * (white.data[y * 640 + x] ?? 0));
    const k = 0.4 * nyquist;
    expect(ringSpectrum(twice, 10)(k, 0)).toBeCloseTo(4 * ringSpectrum(white, 10)(k, 0), 4);
  });

  it('stands at the wave vector of a wave, whatever its direction', () => {
    for (const direction of [0, 0.5, 1.5]) {
      const k = 0.31 * nyquist;
      const [kx, ky] = [k * Math.cos(direction), k * Math.sin(direction)];
      const wave = picture(256, 256, (x, y) => Math.cos(0.01 * (kx * x + ky * y)));
      const power = ringSpectrum(wave, 10);
      expect(power(k, 0)).toBeGreaterThan(1000 * power(0.8 * k, 0));
      expect(power(k, 0)).toBeGreaterThan(1000 * power(1.2 * k, 0));
    }
  });

  it('of nothing is nothing', () => {
    const power = ringSpectrum(
      picture(48, 32, () => 3),
      10,
    );
    expect(power(100, 50)).toBeLessThan(1e-20);
  });

  it('is refused for pictures that hold no wave', () => {
    expect(() =>
      ringSpectrum(
        picture(100, 12, () => 1),
        10,
      ),
    ).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: the picture must be at least 16 px wide and high. Received 12 px]`,
    );
  });
});
