import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outputColumns } from '../card/index.ts';
import { linearModel } from '../testing/linearModel.ts';
import { pairScaleOf } from './pairScaleOf.ts';

const { card: correction } = linearModel({ kind: 'correction', columns: [] });
const aberration = {
  ...correction,
  output: { ...correction.output, columns: [...outputColumns.aberration] },
};
const trained = { pixelSizeNm: 10, perturbationUm: 5 };
const instrument = { convergenceMrad: 8 };

/**
 * What a network sees: nothing but blurs in pixels. Per um of working distance these are
 * NA / pixel size, and the logarithm of the ratio of the spectra is their product with the perturbation.
 */
function answer(
  zUm: number,
  convergenceMrad: number,
  pair: typeof trained,
  ratio: number,
): { zUm: number; perturbationUm: number } {
  const perUm = (convergenceMrad * 10) / (8 * pair.pixelSizeNm * ratio);
  const perturbationUm = perUm * pair.perturbationUm;
  return { zUm: (perUm * zUm * perturbationUm) / 5, perturbationUm };
}

describe('pairScaleOf a network that answers with aberrations', () => {
  it('changes nothing for the instrument that it was trained on', () => {
    expect(pairScaleOf(aberration, instrument, trained)).toEqual({ ratio: 1, umPerModelUm: 1 });
  });

  it('finds z of any instrument from what its frames show, near the perturbation or resampled to it', () => {
    const instruments = fc.record({
      convergenceMrad: fc.double({ min: 3, max: 15, noNaN: true }),
      pixelSizeNm: fc.double({ min: 2, max: 30, noNaN: true }),
      perturbationUm: fc.double({ min: 1, max: 20, noNaN: true }),
    });
    fc.assert(
      fc.property(instruments, ({ convergenceMrad, ...pair }) => {
        const { ratio, umPerModelUm } = pairScaleOf(aberration, { convergenceMrad }, pair);
        const seen = answer(2, convergenceMrad, pair, ratio);
        expect(Math.abs(seen.perturbationUm / 5 - 1)).toBeLessThan(0.0501);
        expect(seen.zUm * umPerModelUm).toBeCloseTo(2, 9);
      }),
    );
  });

  it('takes pairs that look alike for alike: twice the convergence and pixel, or half the perturbation', () => {
    const same = pairScaleOf(
      aberration,
      { convergenceMrad: 16 },
      { pixelSizeNm: 20, perturbationUm: 5 },
    );
    expect(same).toEqual({ ratio: 1, umPerModelUm: 1 });
    // All blurs as trained, half the length: z = z0 / s with s = 2.
    const half = pairScaleOf(
      aberration,
      { convergenceMrad: 16 },
      { pixelSizeNm: 10, perturbationUm: 2.5 },
    );
    expect(half).toEqual({ ratio: 1, umPerModelUm: 0.5 });
  });

  it.each([0.95, 1.05])('finds the same z on either side of %d times the perturbation', (edge) => {
    const found = [-1e-6, 1e-6].map((step) => {
      const pair = { pixelSizeNm: 10, perturbationUm: 5 * (edge + step) };
      const { ratio, umPerModelUm } = pairScaleOf(aberration, instrument, pair);
      return { ratio, zUm: umPerModelUm * answer(3, 8, pair, ratio).zUm };
    });
    expect(found.map(({ ratio }) => ratio === 1)).toContain(true);
    expect(found.map(({ ratio }) => ratio === 1)).toContain(false);
    expect(found[0]?.zUm).toBeCloseTo(found[1]?.zUm ?? 0, 6);
  });

  it('shows pixels half the size at twice the size, and reads the answer as it is', () => {
    const fine = pairScaleOf(aberration, instrument, { pixelSizeNm: 5, perturbationUm: 5 });
    expect(fine).toEqual({ ratio: 2, umPerModelUm: 1 });
  });
});

describe('pairScaleOf a network that answers with corrections', () => {
  it.each([10, 10.03, 9.6, 10.4])('takes pixels of %d nm for 10 nm', (pixelSizeNm) => {
    expect(pairScaleOf(correction, instrument, { pixelSizeNm, perturbationUm: 5 })).toEqual({
      ratio: 1,
      umPerModelUm: 1,
    });
  });

  it('resamples others, and knows nothing of convergence', () => {
    const pair = { pixelSizeNm: 12.5, perturbationUm: 5 };
    expect(pairScaleOf(correction, { convergenceMrad: 12 }, pair)).toEqual({
      ratio: 0.8,
      umPerModelUm: 1,
    });
  });
});
