import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFftLength, nextFftLength } from './kernels/fftLength.ts';
import { RandomStream } from './RandomStream.ts';
import { RealFft2 } from './RealFft2.ts';

/** The definition, term by term. */
function slowDft(image: Float32Array, width: number, height: number, kx: number, ky: number) {
  let re = 0;
  let im = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const phase = -2 * Math.PI * (((kx * x) % width) / width + ((ky * y) % height) / height);
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
    [16, 16],
    [16, 48],
    [32, 80],
    [80, 32],
    [48, 16],
  ])('agrees with the definition on a %i x %i image', (width, height) => {
    const image = noiseImage(width, height);
    const { data } = new RealFft2(width, height).forward(image);
    // The values are about this large; single precision is good to 6e-8 of it per pass.
    const size = Math.sqrt(width * height);
    for (let kx = 0; kx <= width / 2; kx++) {
      for (let ky = 0; ky < height; ky++) {
        const { re, im } = slowDft(image, width, height, kx, ky);
        expect(Math.abs(data[2 * (kx * height + ky)]! - re)).toBeLessThan(1e-6 * size);
        expect(Math.abs(data[2 * (kx * height + ky) + 1]! - im)).toBeLessThan(1e-6 * size);
      }
    }
  });

  it.each([
    [2304, 720],
    [1024, 1536],
    [400, 2048],
  ])('agrees with the definition at single frequencies of a %i x %i image', (width, height) => {
    const image = noiseImage(width, height);
    const { data } = new RealFft2(width, height).forward(image);
    const random = new RandomStream(2, 'frequencies');
    for (let i = 0; i < 6; i++) {
      const kx = random.integerBelow(width / 2 + 1);
      const ky = random.integerBelow(height);
      const { re, im } = slowDft(image, width, height, kx, ky);
      const error = Math.hypot(
        data[2 * (kx * height + ky)]! - re,
        data[2 * (kx * height + ky) + 1]! - im,
      );
      expect(error).toBeLessThan(1e-6 * Math.sqrt(width * height));
    }
  });

  it('comes back to the image for any permitted, non-square size', () => {
    const lengths = fc.constantFrom(16, 32, 48, 64, 80, 96, 128, 144, 192, 240, 400);
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

  it('gives the same when transforms of other sizes came between', () => {
    const image = noiseImage(64, 48);
    const fft = new RealFft2(64, 48);
    const before = fft.forward(image);
    const large = new RealFft2(800, 640);
    large.inverse(large.forward(noiseImage(800, 640)));
    expect(fft.forward(image).data).toEqual(before.data);
  });

  it('leaves the low columns unchanged when asked for them alone, and touches no others', () => {
    const image = noiseImage(64, 48);
    const fft = new RealFft2(64, 48);
    const all = fft.forward(image);
    const low = fft.forward(image, fft.createSpectrum(), 9);
    expect(low.data.slice(0, 9 * 96)).toEqual(all.data.slice(0, 9 * 96));
    expect(low.data.slice(9 * 96).every((value) => value === 0)).toBe(true);
  });

  it.each([33, 12, 9])('multiplies by a filter first, which holds %d columns', (columnCount) => {
    const fft = new RealFft2(64, 48);
    const spectrum = fft.forward(noiseImage(64, 48));
    const response = fft.createSpectrum();
    for (let i = 0; i < columnCount * 96; i++) response.data[i] = Math.cos(i);
    const product = fft.createSpectrum();
    for (let i = 0; i < product.data.length; i += 2) {
      const [re, im] = [spectrum.data[i]!, spectrum.data[i + 1]!];
      const [c, s] = [response.data[i]!, response.data[i + 1]!];
      product.data[i] = c * re - s * im;
      product.data[i + 1] = s * re + c * im;
    }
    const filtered = fft.inverse(spectrum, undefined, { response, columnCount });
    expect(filtered).toEqual(fft.inverse(product));
  });

  it('refuses sizes it cannot transform, and images and spectra of another size', () => {
    expect(() => new RealFft2(112, 64)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: FFT length must be a multiple of 16 without a prime factor above 5. Received 112]`,
    );
    expect(() => new RealFft2(64, 24)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: FFT length must be a multiple of 16 without a prime factor above 5. Received 24]`,
    );
    const fft = new RealFft2(64, 64);
    expect(() => fft.forward(new Float32Array(10))).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: image must hold 64 x 64 values. Received 10]`,
    );
    expect(() =>
      fft.inverse(new RealFft2(64, 32).createSpectrum()),
    ).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: the spectrum must be of 64 x 64 px. Received 64 x 32]`,
    );
    const response = new RealFft2(32, 64).createSpectrum();
    expect(() =>
      fft.inverse(fft.createSpectrum(), undefined, { response, columnCount: 3 }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: the spectrum must be of 64 x 64 px. Received 32 x 64]`,
    );
  });
});

describe('isFftLength and nextFftLength', () => {
  it('know multiples of 16 without a prime factor above 5', () => {
    expect([16, 48, 80, 144, 240, 384, 400, 768, 1536, 2048, 2304].every(isFftLength)).toBe(true);
    expect([0, 4, 8, 24, 112, 176, 1000, -16, Number.NaN, 12.5].some(isFftLength)).toBe(false);
    expect([0, 5, 97, 385, 513, 769, 1025, 2048, 2305].map(nextFftLength)).toEqual([
      16, 16, 128, 400, 576, 800, 1152, 2048, 2400,
    ]);
  });

  it('never go below what was asked', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), (n) => {
        const length = nextFftLength(n);
        expect(length).toBeGreaterThanOrEqual(n);
        expect(isFftLength(length)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});
