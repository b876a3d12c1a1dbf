import type { Specimen } from '../specimen/drawing/Specimen.ts';

/** A round Gaussian spot on flat ground. */
export interface Spot {
  readonly xNm: number;
  readonly yNm: number;
  readonly sigmaNm: number;
  /** Yield at its centre above the ground, which is 1. */
  readonly peak: number;
}

/** Analytic spots, sampled at the pixel centres: what the probe makes of them is known in closed form. */
export function spotsSpecimen(spots: readonly Spot[]): Specimen {
  const specimen: Specimen = {
    name: 'spots',
    polarity: 'normal',
    emission(xNm, yNm) {
      const region = { leftNm: xNm - 0.5, topNm: yNm - 0.5, width: 1, height: 1, pixelSizeNm: 1 };
      return specimen.rasterise(region)[0]!;
    },
    rasterise({ leftNm, topNm, width, height, pixelSizeNm }) {
      const yields = new Float64Array(width * height).fill(1);
      for (const { xNm, yNm, sigmaNm, peak } of spots) {
        const profile = (length: number, fromNm: number, centreNm: number) =>
          Float64Array.from({ length }, (_, i) => {
            const distance = (fromNm + (i + 0.5) * pixelSizeNm - centreNm) / sigmaNm;
            return Math.exp((-distance * distance) / 2);
          });
        const across = profile(width, leftNm, xNm);
        profile(height, topNm, yNm).forEach((down, row) => {
          if (down < 1e-15) return;
          for (let i = 0; i < width; i++) yields[row * width + i]! += peak * down * across[i]!;
        });
      }
      return Float32Array.from(yields);
    },
  };
  return specimen;
}
