import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ComplexFft, isFftLength, nextFftLength } from './ComplexFft.ts';
import { RandomStream } from './RandomStream.ts';
import { RealFft2 } from './RealFft2.ts';

/** The definition, term by term. */
function slowDft(image: Float32Array, width: number, height: number, kx: number, ky: number) {
  let re = 0;
  let im = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const phase = -2 * Math.PI * ((kx * x) / width + (ky * y) / height);
      re += image[y * width + x]! * Math.cos(phase);
      im += image[y * width + x]! * Math.sin(phase);
    }
  }
  return { re, im };
}

function noiseImage(width: number, height: number): Float32Array {
  const random = new RandomStream(1, 'image', width, height);
  return Float32Array.from({ length: width * height }, () => random.normal());
}

describe('RealFft2', () => {
  it.each([
    [8, 16],
    [12, 32],
    [32, 48],
    [48, 16],
  ])('agrees with the definition on a %i x %i image', (width, height) => {
    const image = noiseImage(width, height);
    const { data } = new RealFft2(width, height).forward(image);
    for (let kx = 0; kx <= width / 2; kx++) {
      for (let ky = 0; ky < height; ky++) {
        const { re, im } = slowDft(image, width, height, kx, ky);
        expect(data[2 * (kx * height + ky)]).toBeCloseTo(re, 3);
        expect(data[2 * (kx * height + ky) + 1]).toBeCloseTo(im, 3);
      }
    }
  });

  it('comes back to the image for any permitted, non-square size', () => {
    const lengths = fc.constantFrom(16, 32, 48, 64, 96, 128, 192);
    fc.assert(
      fc.property(lengths, lengths, (width, height) => {
        const fft = new RealFft2(width, height);
        const image = noiseImage(width, height);
        const back = fft.inverse(fft.forward(image));
        let largest = 0;
        for (let i = 0; i < image.length; i++) {
          largest = Math.max(largest, Math.abs(image[i]! - back[i]!));
        }
        expect(largest).toBeLessThan(2e-6);
      }),
      { numRuns: 20 },
    );
  });

  it('leaves the low columns unchanged when asked for them alone', () => {
    const image = noiseImage(64, 48);
    const fft = new RealFft2(64, 48);
    const all = fft.forward(image);
    const low = fft.forward(image, fft.createSpectrum(), 9);
    expect(low.data.slice(0, 9 * 96)).toEqual(all.data.slice(0, 9 * 96));
  });

  it('refuses sizes it cannot transform and images of another size', () => {
    expect(() => new RealFft2(100, 64)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: FFT length must be 2^n or 3 * 2^n, 4 or more. Received 100]`,
    );
    expect(() => new RealFft2(64, 24)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: height must be a multiple of 16 px. Received 24]`,
    );
    expect(() =>
      new RealFft2(64, 64).forward(new Float32Array(10)),
    ).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: image must hold 64 x 64 values. Received 10]`,
    );
  });
});

describe('isFftLength and nextFftLength', () => {
  it('know powers of two and three times powers of two', () => {
    expect([4, 6, 12, 384, 512, 768, 1536, 2048].every(isFftLength)).toBe(true);
    expect([0, 2, 3, 5, 9, 100, 1000, Number.NaN, 12.5].some(isFftLength)).toBe(false);
    expect([5, 385, 513, 769, 1025, 2048].map(nextFftLength)).toEqual([
      6, 512, 768, 1024, 1536, 2048,
    ]);
  });

  it('never go below what was asked', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), (n) => {
        const length = nextFftLength(n);
        expect(length).toBeGreaterThanOrEqual(n);
        expect(() => new ComplexFft(length)).not.toThrow();
      }),
      { numRuns: 50 },
    );
  });
});
