import type { PerturbedPair } from '../../harness/algorithm/index.ts';
import { ConfigError, type Rectangle } from '../../harness/microscope/index.ts';
import { type PairSpectra, PairSpectrometer } from './PairSpectra.ts';
import type { PairParameters } from './pairParameters.ts';
import { patchLayout } from './patchLayout.ts';

/** Lays patches over pairs and measures their spectra; keeps the FFT of the last patch side. */
export class SpectraSource {
  readonly #parameters: PairParameters;
  #spectrometer: PairSpectrometer | undefined;
  #side = 0;

  constructor(parameters: PairParameters) {
    this.#parameters = parameters;
  }

  /** @throws ConfigError if the two frames differ in size or are smaller than a patch. */
  patches(pair: PerturbedPair): Rectangle[] {
    const [height = 0, width = 0] = pair.under.shape;
    const [otherHeight = 0, otherWidth = 0] = pair.over.shape;
    if (width !== otherWidth || height !== otherHeight) {
      throw new ConfigError(
        `the two frames must have one size. Received ${width} x ${height} px (under) and ${otherWidth} x ${otherHeight} px (over)`,
      );
    }
    return patchLayout(width, height, this.#parameters);
  }

  /** @param shiftPx - Displacement of the over frame's content, whole px. */
  measure(
    pair: PerturbedPair,
    patches: readonly Rectangle[],
    shiftPx: { readonly x: number; readonly y: number },
  ): PairSpectra {
    const side = patches[0]?.width ?? 0;
    if (this.#spectrometer === undefined || side !== this.#side) {
      this.#spectrometer = new PairSpectrometer(side);
      this.#side = side;
    }
    const { under, over, pixelSizeNm } = pair;
    const { bandFraction } = this.#parameters;
    return this.#spectrometer.measure(under, over, patches, shiftPx, pixelSizeNm, bandFraction);
  }
}

/** How far the image is expected to move from the under to the over frame, in whole px. */
export function expectedShiftPx(
  pair: PerturbedPair,
  shiftNmPerUm: { readonly x: number; readonly y: number },
): { x: number; y: number } {
  const umToPx = (2 * pair.perturbationUm) / pair.pixelSizeNm;
  return { x: Math.round(shiftNmPerUm.x * umToPx), y: Math.round(shiftNmPerUm.y * umToPx) };
}
